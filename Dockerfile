# mock-capi and nothing else, for Docker 25 or newer: `docker build -t mock-capi .`
ARG PYTHON_IMAGE=python:3.11-slim

FROM ${PYTHON_IMAGE} AS build
WORKDIR /source
COPY pyproject.toml README.md openapi.yaml ./
COPY contracts contracts
COPY mock_capi mock_capi
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheel .
# Without pip of its own, since nothing is installed into it later. Compiled here for good, whatever the time of a file
# becomes on its way: some builders round it, and Python would take what it compiled for old.
RUN python3 -m venv --without-pip /opt/mock-capi && \
    pip --python /opt/mock-capi/bin/python3 install --no-cache-dir --no-compile "$(echo /wheel/*.whl)[redis]" && \
    python3 -m compileall -q --invalidation-mode unchecked-hash /opt/mock-capi

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="mock-capi" \
      org.opencontainers.image.description="A test double for Paramount's server-side Conversion API" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
# Python's images come without the compiled form of its library, and nobody may write it later:
# each health check would take thrice as long.
RUN python3 -c 'import compileall, os; compileall.compile_dir(os.path.dirname(os.__file__), quiet=1)'
COPY --from=build /opt/mock-capi /opt/mock-capi
ENV PATH=/opt/mock-capi/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    MOCK_CAPI_HOST=0.0.0.0
# By number, so that Kubernetes can tell that it is not root; it owns nothing.
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --start-period=10s --start-interval=500ms --interval=10s --timeout=5s --retries=3 \
    CMD ["mock-capi", "ready"]
ENTRYPOINT ["mock-capi"]
CMD ["serve"]
