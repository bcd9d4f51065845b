# The app on http://localhost:7860, as Hugging Face Docker Spaces want it: uid 1000, port 7860.
#   docker build -t mrcmv . && docker run -p 7860:7860 -v mrcmv-data:/home/user/data mrcmv
FROM python:3.12-slim

RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 user

USER user
WORKDIR /home/user/app
ENV PATH=/home/user/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GRADIO_ANALYTICS_ENABLED=False \
    HOST=0.0.0.0 \
    PORT=7860 \
    MRCMV_DATA_DIR=/home/user/data

COPY --chown=user requirements.txt .
# torch and torchaudio both from PyTorch's CPU index: the CUDA build of PyPI is 4 GB larger, and
# PyPI's torchaudio does not import beside a CPU-only torch. The rest is PyPI's, as pinned.
RUN python -m venv /home/user/venv \
 && pip install --no-cache-dir --index-url https://download.pytorch.org/whl/cpu \
      $(grep -oE '^(torch|torchaudio)==[0-9.]+' requirements.txt) \
 && grep -vE '^(torch|torchaudio|triton|nvidia-|cuda-)[a-z0-9-]*(==|\[)' requirements.txt > /tmp/requirements.txt \
 && pip install --no-cache-dir -r /tmp/requirements.txt \
 && mkdir -p /home/user/data

COPY --chown=user . .

VOLUME /home/user/data
EXPOSE 7860
CMD ["python", "app.py"]
