"""`python -m mrcmv` is the command `mrcmv`."""

from mrcmv.cli import main

if __name__ == "__main__":
    main()
