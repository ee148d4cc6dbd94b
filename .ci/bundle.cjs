// Makes dist/cli: the program in one file, and what only some commands need of other packages in one file each. A file costs
// more to find and open than to read, but what is read and never run costs too.
const { buildSync, build } = require('esbuild')

/** The files beside the program, and the packages in them: those that share code are together. */
const APART = {
  sigstore: ['@sigstore/bundle', '@sigstore/core', '@sigstore/protobuf-specs', '@sigstore/verify'],
  yaml: ['yaml'],
  zod: ['zod'],
}

/** Left where npm puts them: nothing that has to be quick needs them. */
const external = [
  'cross-spawn',
  'diff',
  'eventsource-parser',
  'jsonc-parser',
  'openid-client',
  'proper-lockfile',
  'smol-toml',
  'toml-eslint-parser',
  'tuf-js',
  'undici',
]

const options = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  // What is left where npm puts it is required: `import()` in a script that V8 compiled before makes Node warn at each start.
  supported: { 'dynamic-import': false },
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
  external: [...external, ...Object.keys(APART).map((name) => `./${name}.cjs`)],
}

const apart = {
  name: 'apart',
  setup({ onResolve, onLoad }) {
    for (const [file, packages] of Object.entries(APART)) {
      onResolve({ filter: new RegExp(`^(?:${packages.join('|')})$`) }, ({ path }) => ({ path, namespace: file }))
      onLoad({ filter: /./, namespace: file }, ({ path }) => ({ contents: `module.exports = require('./${file}.cjs')['${path}']` }))
    }
  },
}

for (const [file, packages] of Object.entries(APART)) {
  const contents = packages.map((name) => `export * as '${name}' from '${name}'`).join('\n')
  buildSync({ ...options, stdin: { contents, resolveDir: '.' }, outfile: `dist/cli/${file}.cjs` })
}
build({ ...options, plugins: [apart], entryPoints: ['cli/program.ts'], outfile: 'dist/cli/program.cjs' })
