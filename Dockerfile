# Pages' style sheet and scripts: `make setup` on the host makes var/assets and node_modules' images with the same locks.
FROM node:24-bookworm-slim AS assets
WORKDIR /portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=optional
COPY assets assets
RUN mkdir -p var/assets/vendor \
    && cp node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js* \
          node_modules/@ministryofjustice/frontend/moj/moj-frontend.min.js* \
          node_modules/echarts/dist/echarts.common.min.js var/assets/vendor/ \
    && node node_modules/sass/sass.js --no-source-map --quiet --style=compressed \
          -I node_modules -I . assets/app.scss var/assets/app.css

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /portal
COPY requirements/runtime.txt requirements/
RUN pip install --require-hashes --only-binary :all: -r requirements/runtime.txt
COPY . .
COPY --from=assets /portal/var/assets var/assets
COPY --from=assets /portal/node_modules/govuk-frontend/dist/govuk/assets/images \
     node_modules/govuk-frontend/dist/govuk/assets/images
COPY --from=assets /portal/node_modules/@ministryofjustice/frontend/moj/assets/images \
     node_modules/@ministryofjustice/frontend/moj/assets/images
# Settings want the servers' names, and collectstatic asks none of them.
RUN DATABASE_URL=postgres:///none OWNER_DATABASE_URL=postgres:///none REDIS_URL=redis://none PORTAL_DEMO=yes \
    python manage.py collectstatic --noinput --verbosity 0 \
    && useradd --system --uid 10001 --no-create-home portal \
    && install --directory --owner portal /anchors
USER 10001
EXPOSE 8000
CMD ["gunicorn", "eiportal.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", \
     "--no-control-socket", "--worker-tmp-dir", "/tmp"]
