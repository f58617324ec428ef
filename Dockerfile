# sprk in a container: see docs/running.md.
#
#   docker build -t sprk .

# Compiles, where no prebuilt SQLite binding can be fetched: this image has g++, make and Python.
FROM node:22-bookworm AS build
WORKDIR /sprk
# The packages depend on these three files only, so they stay in the cache while sources and scripts change. Without its
# scripts `npm ci` builds nothing that is not there yet; SQLite's binding is the one package that has to be built.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts && npm rebuild better-sqlite3
COPY tsconfig.json pipeline.schema.json ./
COPY scripts/build.mjs scripts/ascii.mjs scripts/wasm.mjs ./scripts/
COPY assembly ./assembly
COPY bin ./bin
COPY src ./src
# Makes the code cache too: for this Node, on which the program runs below.
RUN npm run build
# Without what only building takes: TypeScript is a peer of valibot, so npm keeps it.
RUN npm prune --omit=dev --ignore-scripts \
  && rm -rf node_modules/typescript node_modules/@typescript \
  && cd node_modules/better-sqlite3 && rm -rf deps src build/Release/obj*

# The same Debian and the same Node: the binding was compiled for them.
FROM node:22-bookworm-slim
LABEL org.opencontainers.image.title="sprk" \
  org.opencontainers.image.description="A standalone stream processor for Apache Kafka" \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
COPY --from=build /sprk/package.json /sprk/
COPY --from=build /sprk/bin /sprk/bin
COPY --from=build /sprk/dist /sprk/dist
COPY --from=build /sprk/node_modules /sprk/node_modules
RUN ln -s /sprk/bin/sprk.js /usr/local/bin/sprk && install -d -o node -g node /data
# Not root. A volume at /data takes over the owner of the directory. Name it: a run without `-v NAME:/data` gets a volume
# without a name, which the next container does not find.
USER node
VOLUME /data
WORKDIR /data
# No HEALTHCHECK here, since only the one who starts it knows the pipeline: compose.yaml has one.
# No shell in between: sprk is process 1 and gets SIGTERM itself.
ENTRYPOINT ["sprk"]
CMD ["--help"]
