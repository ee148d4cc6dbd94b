/** What no kind of source resolves is pinned by its words, and the coverage says what it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { artifactOf, isUnreadable } from '../core/launch/artifact.ts'
import { stdioLaunch } from '../core/launch/launch.ts'
import { unresolvedKind } from '../core/launch/unresolved.ts'

test('every launch that nothing resolves has a name for its kind', () => {
  const cases: readonly (readonly [line: string, kind: RegExp])[] = [
    ['dnx Acme.Server --yes', /NuGet/],
    ['dnx.cmd Acme.Server', /NuGet/],
    ['dotnet tool run acme', /NuGet/],
    ['dotnet run --project x', /\.NET program/],
    ['deno run -A jsr:@acme/server', /Deno module/],
    ['deno run https://h/a.ts', /Deno module/],
    ['uv run server.py', /run by uv/],
    ['go run github.com/acme/server@latest', /Go module/],
    ['cargo run -p server', /Rust/],
    ['java -jar server.jar', /Java/],
    ['docker compose run a', /container/],
    ['npm start', /script/],
    ['nix run .#server', /another package manager/],
    ['/opt/acme/server', /outside the repository/],
    ['github-mcp-server stdio', /PATH/],
    ['node', /PATH/],
  ]
  for (const [line, kind] of cases) {
    const [command = '', ...args] = line.split(' ')
    const launch = stdioLaunch({ command, args })
    assert.equal(artifactOf(launch), null, line)
    assert.ok(!isUnreadable(launch), line)
    assert.match(unresolvedKind(launch) ?? '', kind, line)
  }
  assert.equal(unresolvedKind({ url: 'https://h/' }), undefined)
})
