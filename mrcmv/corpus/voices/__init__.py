"""People who speak over footage.

espeak      lines spoken by espeak-ng, calmly or excitedly, into a microphone in a room
commentary  which line is said when (with `moments`), from the books of `phrases`
"""
