# The worker: the library as a wheel, the versions of requirements.lock, the project's actions and workflows.

# Python's patch and Debian's release are both in the tag: either alone moves under a rebuild.
FROM python:3.11.15-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src

# The environment that ships has no pip: it is filled from outside.
RUN python -m venv --without-pip /opt/venv

# Before the sources, so that an edit of them installs nothing again.
COPY requirements.lock ./
RUN python -m pip --python /opt/venv/bin/python install --require-hashes -r requirements.lock

# Without isolation: an isolated build would fetch its backend by name, with no hash to hold it to.
COPY deploy/build.lock deploy/
RUN python -m pip install --require-hashes -r deploy/build.lock
COPY pyproject.toml README.md LICENSE ./
COPY dosdk_temporal/ dosdk_temporal/
RUN python -m pip wheel --no-build-isolation --no-deps --no-index --wheel-dir /wheels . \
    && python -m pip --python /opt/venv/bin/python install --no-deps --no-index /wheels/*.whl

FROM python:3.11.15-slim-bookworm

# The health port is set here too, so that the check below holds for the image run alone.
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DO_HEALTH_PORT=8081
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin worker
WORKDIR /app

COPY --from=build /opt/venv /opt/venv
COPY deploy/healthcheck.py deploy/
COPY activities/ activities/
COPY workflows/ workflows/
COPY worker/ worker/

# By number, so that a cluster which refuses root can tell without reading /etc/passwd. Owns nothing it runs.
USER 10001:10001

HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["python", "/app/deploy/healthcheck.py"]
CMD ["python", "-m", "worker"]
