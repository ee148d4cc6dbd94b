/** Container images: what a launch names, and how a registry's answers are read. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { allows, artifactOf, floats, isUnreadable, withVersion } from '../core/launch/artifact.ts'
import { readReference } from '../core/launch/image-reference.ts'
import { stdioLaunch } from '../core/launch/launch.ts'
import { refuseSecrets } from '../core/launch/secret.ts'
import { hashLaunchFiles } from '../cli/starting/pinned-files.ts'
import { parseChallenge } from '../cli/sources/oci/challenge.ts'
import { temporary } from './world.ts'

const DIGEST = `sha256:${'a1'.repeat(32)}` as const

function launch(line: string) {
  const [command = '', ...args] = line.split(' ')
  return stdioLaunch({ command, args })
}

test('references of images, in full', () => {
  const cases: readonly (readonly [word: string, name: string, tag: string, digest?: string])[] = [
    ['node', 'docker.io/library/node', ''],
    ['mcp/time:1.2', 'docker.io/mcp/time', '1.2'],
    ['docker.io/node', 'docker.io/library/node', ''],
    ['index.docker.io/mcp/time', 'docker.io/mcp/time', ''],
    ['ghcr.io/github/github-mcp-server', 'ghcr.io/github/github-mcp-server', ''],
    [`ghcr.io/a/b:v1@${DIGEST}`, 'ghcr.io/a/b', 'v1', DIGEST],
    ['localhost:5000/a', 'localhost:5000/a', ''],
    ['localhost/a:x', 'localhost/a', 'x'],
    ['a.b:5000', 'docker.io/library/a.b', '5000'],
  ]
  for (const [word, name, tag, digest = null] of cases) {
    const found = readReference(word)
    assert.deepEqual([found?.name, found?.tag, found?.digest], [name, tag, digest], word)
  }
  const none = [
    '',
    'Node',
    'a b',
    'a/../b',
    '../a',
    'a:',
    'a@sha256:12',
    `a@sha512:${'a'.repeat(128)}`,
    'a'.repeat(600),
    'http://h/a',
    '${env:I}',
    'a1'.repeat(32),
    '/a',
    'a/',
    'h?x/a',
    'u@h.io/a',
  ]
  for (const word of none) assert.equal(readReference(word), null, word)
})

test('container launches: the image behind the known options, and its exact form', () => {
  const cases: readonly (readonly [line: string, name: string, range: string, exact: string])[] = [
    ['docker run -i --rm mcp/time', 'docker.io/mcp/time', '', 'run -i --rm mcp/time@'],
    [
      'docker run -it --rm -e TOKEN -e=A=b -v /a:/b --mount type=bind,src=x,dst=/y --pull=always --init=true ghcr.io/a/b:v1 stdio -x y',
      'ghcr.io/a/b',
      'v1',
      '',
    ],
    ['docker run -ieTOKEN --network host a/b', 'docker.io/a/b', '', ''],
    ['docker.exe run -iv x:/y -- a/b', 'docker.io/a/b', '', ''],
    ['docker container run -i a', 'docker.io/library/a', '', ''],
    ['podman run -i docker.io/a/b:2', 'docker.io/a/b', '2', ''],
    ['/usr/local/bin/docker run --privileged a/b', 'docker.io/a/b', '', ''],
    [`nerdctl run a:1@${DIGEST}`, 'docker.io/library/a', DIGEST, ''],
  ]
  for (const [line, name, range, exact] of cases) {
    const found = artifactOf(launch(line))
    assert.ok(found, line)
    assert.deepEqual([found.type, found.name, found.range], ['image', name, range], line)
    const pinned = withVersion(launch(line), found, DIGEST)
    assert.deepEqual([artifactOf(pinned)?.name, artifactOf(pinned)?.extras, artifactOf(pinned)?.range], [name, found.extras, DIGEST])
    assert.ok(pinned.args.join(' ').startsWith(exact))
    assert.equal(floats(found), range !== DIGEST)
    assert.ok(allows(found, DIGEST))
    assert.equal(allows(found, `sha256:${'0'.repeat(64)}`), range !== DIGEST)
  }
})

test('where the image stands is certain, or nothing is', () => {
  const unclear = [
    'docker run -i --odd a/b', 'docker run --odd=x a/b', 'docker run -iz a/b', 'docker run -i', 'docker run -i ${env:IMAGE}', 'docker run -i a/b:${env:TAG}', 'docker --context x run a',
    'docker run --rm=maybe a', 'podman run -i a/b', 'docker run -i Not/An/Image', 'docker run --network', 'docker run ./dir',
  ] // prettier-ignore
  for (const line of unclear) assert.ok(isUnreadable(launch(line)), line)
  for (const line of [
    'docker compose run a',
    'docker exec -i a b',
    'docker mcp gateway run',
    'docker',
    './docker run a',
    'dockerx run a',
  ]) {
    assert.ok(!isUnreadable(launch(line)), line)
    assert.equal(artifactOf(launch(line)), null, line)
  }
})

test('files of the repository that a launch brings into the container', () => {
  const paths = (line: string) => artifactOf(launch(line))?.paths
  assert.deepEqual(
    paths('docker run -v ./a.py:/app/a.py:ro -v=b:/b --volume C:/x:/y --mount type=bind,source=./c.js,target=/c --env-file .env a d.py'),
    ['./a.py', 'b', 'C:/x', './c.js'],
  )
})

test('of an image, what is mounted is hashed, and nothing of the variables of a file', async (t) => {
  const folder = await temporary(t)
  for (const name of ['a.py', '.env', 'stdio']) await writeFile(join(folder, name), name)
  const { files } = await hashLaunchFiles(folder, launch('docker run --env-file .env -v ./a.py:/a.py a/b stdio'), 'linux')
  assert.deepEqual(Object.keys(files ?? {}), ['a.py'])
})

test('a credential of a variable is refused on the line of a container too', () => {
  for (const words of [['-e', 'API_TOKEN=abc'], ['--env', 'X_SECRET=abc'], ['--env=API_KEY=abc'], ['-eTOKEN=abc'], ['-ie', 'TOKEN=abc']])
    assert.throws(() => refuseSecrets(['run', ...words, 'a']), { code: 'SECRET_LITERAL' }, words.join(' '))
  refuseSecrets(['run', '-e', 'API_TOKEN', '-e', 'LEVEL=3', '-e', 'API_TOKEN=${env:API_TOKEN}', '--env=A_TOKEN=${input:x}', 'a'])
})

test('challenges of registries', () => {
  const bearer = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a:pull"'
  assert.deepEqual(parseChallenge(bearer), { scheme: 'bearer', realm: 'https://auth.docker.io/token', service: 'registry.docker.io' })
  assert.deepEqual(parseChallenge('bearer Realm="https://h/"'), { scheme: 'bearer', realm: 'https://h/', service: '' })
  assert.deepEqual(parseChallenge('Basic realm="x"'), { scheme: 'basic' })
  for (const header of ['', 'Negotiate', 'Bearer', 'Bearer service="x"', 'BasicBearer x'])
    assert.equal(parseChallenge(header), null, header)
})
