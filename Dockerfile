# The server with the shipped model: `docker compose up`, then http://localhost:8000 (a library is kept in ./library).
FROM python:3.12-slim AS built
WORKDIR /src
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY citeclass citeclass
COPY models/citeclass-minilm models/citeclass-minilm
COPY data/sample data/sample
RUN pip install --no-cache-dir --prefix=/installed '.[serve,corpus,lake]'

FROM python:3.12-slim
COPY --from=built /installed /usr/local
RUN useradd --create-home reader
USER reader
WORKDIR /library
ENV CITECLASS_DB=/library/library.db
EXPOSE 8000
# Anything but this machine needs a token for writing; it is printed at the start unless CITECLASS_TOKEN gives one.
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://localhost:8000/v1/library')"]
ENTRYPOINT ["citeclass"]
CMD ["serve", "--host", "0.0.0.0", "--name", "localhost"]
