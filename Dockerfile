# One image for every process; the command picks it: api, worker voice, worker conversation, migrate.

FROM node:24-slim AS pages
WORKDIR /build/ui
COPY ui/package.json ui/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY ui ./
RUN npm run build

FROM python:3.11-slim AS packages
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /convonet
COPY requirements.lock ./
RUN uv venv /opt/venv && VIRTUAL_ENV=/opt/venv uv pip sync --require-hashes --compile-bytecode requirements.lock
COPY pyproject.toml README.md LICENSE THIRD_PARTY_NOTICES.md ./
COPY convonet convonet
COPY temporal temporal
COPY workflows workflows
COPY activities activities
COPY workers workers
COPY api api
RUN VIRTUAL_ENV=/opt/venv uv pip install --no-deps -e . && /opt/venv/bin/python -m compileall -q .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home convonet
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 CONVONET_HOME=/home/convonet/.convonet
COPY --from=packages /opt/venv /opt/venv
COPY --from=packages /convonet /convonet
COPY --from=pages /build/ui/dist /convonet/ui/dist
WORKDIR /convonet
USER convonet
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["convonet"]
CMD ["api"]
