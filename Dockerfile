# The studio as a service of your own:
#   docker build -t melodymuse .
#   docker run -p 8765:8765 -e MELODYMUSE_TOKEN=... -v melodymuse:/data melodymuse
FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends libfluidsynth3 \
    && rm -rf /var/lib/apt/lists/*
COPY setup.cfg pyproject.toml README.md LICENSE NOTICE /src/
COPY melodymuse /src/melodymuse
RUN pip install --no-cache-dir '/src[studio]' && rm -r /src
RUN useradd --create-home studio && mkdir /data && chown studio /data
USER studio
VOLUME /data
EXPOSE 8765
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8765/health')"]
# Without MELODYMUSE_TOKEN it does not start.
CMD ["melodymuse", "studio", "--host", "0.0.0.0", "--port", "8765", "--no-browser", \
     "--store", "/data/studio.sqlite"]
