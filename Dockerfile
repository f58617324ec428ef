# sprk in a container: see docs/running.md.
#
#   docker build -t sprk .

# Compiles, where no prebuilt SQLite binding can be fetched: this image has g++, make and Python.
FROM node:22-bookworm AS build
WORKDIR /sprk
# Packages first: they stay cached while only sources change.
COPY package.json package-lock.json .npmrc ./
COPY scripts ./scripts
RUN npm ci
COPY tsconfig.json pipeline.schema.json ./
COPY bin ./bin
COPY src ./src
RUN npm run build
# Without what only building takes: TypeScript is a peer of valibot, so npm keeps it.
RUN npm prune --omit=dev --ignore-scripts \
  && rm -rf node_modules/typescript node_modules/@typescript \
  && cd node_modules/better-sqlite3 && rm -rf deps src build/Release/obj*

# The same Debian and the same Node: the binding was compiled for them.
FROM node:22-bookworm-slim
ENV NODE_ENV=production
COPY --from=build /sprk/package.json /sprk/
COPY --from=build /sprk/bin /sprk/bin
COPY --from=build /sprk/dist /sprk/dist
COPY --from=build /sprk/node_modules /sprk/node_modules
RUN ln -s /sprk/bin/sprk.js /usr/local/bin/sprk && install -d -o node -g node /data
# Not root. A volume at /data takes over the owner of the directory.
USER node
WORKDIR /data
# No shell in between: sprk is process 1 and gets SIGTERM itself.
ENTRYPOINT ["sprk"]
CMD ["--help"]
