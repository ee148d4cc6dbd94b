// The npm package `node` brings Node 24; with --ignore-scripts it is not there, and the system's own runs instead.
var version = process.versions.node.split('.').map(Number)
if (version[0] < 24 || (version[0] === 24 && version[1] < 15)) {
  console.error('needs Node 24.15 or newer, this is ' + process.versions.node + ': run `npm ci` without --ignore-scripts')
  process.exit(1)
}
