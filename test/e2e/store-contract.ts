/** What every store does alike. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sealEntry, seal } from '../../core/surface/surface.ts'
import { sha256 } from '../../core/json/digest.ts'
import { edgeTiles, formatRecord, grow, leafHash, toHistory, type TileBytes } from '../../core/registry/index.ts'
import { cursorOf } from '../../registry-server/rows.ts'
import type { Head, Judge, Listed, Page, Store, Write } from '../../registry-server/store.ts'
import { manifestOf, NAME } from '../registry-fixtures.ts'
import { all, cheapWrites, controlWrite, manifestWrite, NOTHING_SEEN, pause } from '../registry-writes.ts'

/** A database of its own; each `open` is another handle on it. */
export type Database = { readonly open: () => Promise<Store>; readonly drop: () => Promise<void> }

const PAGE: Page = { search: '', after: '', limit: 100, latestOnly: false }
const refuse: Judge = () => ({ code: 'REVOKED', detail: 'it is' })
const named = (listed: readonly Listed[]): string[] => listed.map(({ name, version }) => `${name}@${version}`)

/**
 * @param largest the largest log that is grown
 * @param isShared whether handles are on the same database
 */
export function storeContract(
  kind: string,
  create: () => Promise<Database>,
  { largest, isShared }: { readonly largest: number; readonly isShared: boolean },
): void {
  const handles = (title: string, count: number, run: (stores: readonly Store[]) => Promise<void>): void => {
    test(`${kind}: ${title}`, async () => {
      const database = await create()
      const stores: Store[] = []
      try {
        for (let i = 0; i < count; i++) stores.push(await database.open())
        await run(stores)
      } finally {
        for (const store of stores) await store.close()
        await database.drop()
      }
    })
  }
  const contract = (title: string, run: (store: Store) => Promise<void>): void => handles(title, 1, ([store]) => run(there(store)))
  const pair = (title: string, run: (a: Store, b: Store) => Promise<void>): void => {
    if (isShared) handles(title, 2, ([a, b]) => run(there(a), there(b)))
  }

  pair('the log that is remembered is the first', async (a, b) => {
    const remembered = await Promise.all([a.remember('a'), b.remember('b')])
    assert.equal(new Set([...remembered, await a.remember('c')]).size, 1)
    assert.match(remembered[0], /^[ab]$/)
  })

  contract('what may be gets the next index, in order; the same again is the same', async (store) => {
    const [a, b, c] = ['1.0.0', '2.0.0', '3.0.0'].map((version) => manifestWrite(manifestOf(NAME, version))) as [Write, Write, Write] // three
    const onlyB: Judge = (write) => (write === a ? refuse(write, toHistory(0, []), null) : null)
    const first = await store.append([a, b, b, c], onlyB)
    assert.deepEqual(
      first.outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.refusal.code : [outcome.kind, outcome.index])),
      ['REVOKED', ['accepted', 0], ['same', 0], ['accepted', 1]],
    )
    assert.equal(first.head.size, 2)
    assert.deepEqual(plainHead(await store.head()), plainHead(first.head))
    const second = await store.append([c, a], all)
    assert.deepEqual(second.outcomes, [
      { kind: 'same', index: 1 },
      { kind: 'accepted', index: 2 },
    ])
    assert.deepEqual(
      (await store.records(0, 9)).map(plain),
      [b, c, a].map(({ record }) => plain(formatRecord(record))),
    )
    // The same statement by somebody else is another record.
    const other = await store.append([manifestWrite(manifestOf(NAME, '1.0.0'), { by: 'somebody else' })], all)
    assert.deepEqual(other.outcomes, [{ kind: 'accepted', index: 3 }])
  })

  contract('what is refused leaves nothing behind', async (store) => {
    const before = await store.head()
    const write = manifestWrite(manifestOf())
    assert.deepEqual(plainHead((await store.append([write], refuse)).head), plainHead(before))
    assert.equal(before.size, 0)
    assert.deepEqual([await store.object(write.record.bundle), await store.list(PAGE), await store.records(0, 9)], [null, [], []])
  })

  contract('a batch is written whole or not at all', async (store) => {
    const broken: Judge = (write) => {
      if (write.record.version === '2.0.0') throw new Error('a judge that fails')
      return null
    }
    const writes = ['1.0.0', '2.0.0'].map((version) => manifestWrite(manifestOf(NAME, version)))
    await assert.rejects(store.append(writes, broken), /a judge that fails/)
    assert.equal((await store.head()).size, 0)
    assert.deepEqual(await store.list(PAGE), [])
    assert.equal((await store.append(writes, all)).head.size, 2)
  })

  contract('a record that is too long is refused alone', async (store) => {
    const write = manifestWrite(manifestOf())
    const identity = { kind: 'certificate', issuer: 'https://issuer.example', subject: 'x'.repeat(5000), claims: {} } as const
    const long = { ...write, identity, record: { ...write.record, signer: { issuer: identity.issuer, subject: identity.subject } } }
    const { outcomes, head } = await store.append([long, write], all)
    assert.deepEqual(outcomes[0]?.kind === 'refused' && outcomes[0].refusal.code, 'RECORD_INVALID')
    assert.deepEqual([outcomes[1], head.size], [{ kind: 'accepted', index: 0 }, 1])
  })

  contract('a judge sees what was before: of the name, and about everything, earlier in the batch too', async (store) => {
    const seen: [size: number, indexes: number[]][] = []
    const judge: Judge = (_, { size, publications, controls }) => {
      seen.push([size, [...publications, ...controls].map(({ index }) => index).sort((a, b) => a - b)])
      return null
    }
    await store.append([manifestWrite(manifestOf()), manifestWrite(manifestOf('com.acme/other')), pause('one')], judge)
    await store.append(
      [manifestWrite(manifestOf('COM.acme/Notes', '2.0.0')), pause('two'), manifestWrite(manifestOf(NAME, '3.0.0'))],
      judge,
    )
    assert.deepEqual(seen, [
      [0, []],
      [1, []],
      [2, []],
      [3, [0, 2]],
      [4, [2]],
      [5, [0, 2, 3, 4]],
    ])
  })

  contract('a control statement is judged by the root at the size that it saw', async (store) => {
    const roots = [await rootNow(store)]
    for (let i = 0; i < 5; i++) {
      await store.append([manifestWrite(manifestOf(NAME, `${i}.0.0`))], all)
      roots.push(await rootNow(store))
    }
    const seen: (string | null)[] = []
    const judge: Judge = (_, __, seenRoot) => {
      seen.push(seenRoot)
      return null
    }
    const sees = (size: number): Write => controlWrite({ seen: { ...NOTHING_SEEN, size }, action: 'pause', target: { kind: 'all' } })
    await store.append([0, 1, 2, 3, 4, 5, 6, 2 ** 53 - 1].map(sees), judge)
    assert.deepEqual(seen, [...roots, null, null])
  })

  contract('records, tiles and roots are those of the log at every size', async (store) => {
    const sizes = [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537].filter((size) => size <= largest)
    const kept = new Map<string, TileBytes>()
    const records: Uint8Array[] = []
    for (const size of sizes) {
      while (records.length < size) {
        const from = records.length
        const writes = cheapWrites(from, Math.min(size, from + 512))
        const edge = edgeTiles(from).flatMap(({ level, index }) => kept.get(`${level}/${index}`) ?? [])
        records.push(...writes.map(({ record }) => plain(formatRecord(record))))
        const grown = grow(from, records.slice(from).map(leafHash), edge)
        for (const tile of grown.tiles) kept.set(`${tile.level}/${tile.index}`, tile)
        const { head } = await store.append(writes, all)
        assert.deepEqual([head.size, plain(head.root)], [grown.size, plain(grown.root)])
      }
      for (const { level, index } of edgeTiles(size)) {
        const expected = kept.get(`${level}/${index}`)?.bytes
        assert.deepEqual(plain(await store.tile(level, index)), plain(expected ?? null), `tile ${level}/${index} of ${size}`)
      }
      const first = Math.max(0, size - 300)
      assert.deepEqual((await store.records(first, size + 10)).map(plain), records.slice(first))
    }
    for (const { level, index, bytes } of kept.values()) assert.deepEqual(plain(await store.tile(level, index)), plain(bytes))
    assert.equal(await store.tile(0, 1_000_000), null)
    assert.deepEqual((await store.records(10, 20)).map(plain), records.slice(10, 20))
  })

  contract('what was sent is there by its digest', async (store) => {
    const closure = '{"lockfileVersion":3}'
    const source = {
      package: { type: 'npm', name: 'notes', version: '1.0.0', integrity: 'sha512-AA==', closure: sha256(closure) },
    } as const
    const write = manifestWrite({ ...manifestOf(), source }, { closure })
    await store.append([write], all)
    assert.deepEqual(plain(await store.object(write.record.bundle)), plain(write.bundle))
    assert.deepEqual(plain(await store.object(write.record.manifest ?? '')), plain(write.manifest?.bytes ?? null))
    assert.deepEqual(plain(await store.object(sha256(closure))), plain(Buffer.from(closure)))
    assert.deepEqual([await store.object(sha256('')), await store.object('\0'), await store.object('')], [null, null, null])
  })

  contract('all records about a name come with those about everything; controls come together', async (store) => {
    const target = { kind: 'name', name: NAME } as const
    const writes = [
      manifestWrite(manifestOf()),
      manifestWrite(manifestOf('com.acme/other')),
      controlWrite({ seen: NOTHING_SEEN, action: 'deprecate', target }),
      pause('everything'),
    ]
    await store.append(writes, all)
    const logged = await store.logged('COM.ACME/notes')
    assert.deepEqual(
      logged.map(({ index }) => index),
      [0, 2, 3],
    )
    for (const { index, identity, statement, record, bundle } of logged) {
      const write = writes[index]
      assert.deepEqual(
        { identity, statement, bundle },
        { identity: write?.identity, statement: write?.statement, bundle: write?.record.bundle },
      )
      assert.deepEqual(plain(record), plain(write === undefined ? null : formatRecord(write.record)))
    }
    const served = await store.served('COM.ACME/notes')
    assert.deepEqual(
      served.map(({ index, record, bundle }) => [index, plain(record), plain(bundle)]),
      logged.map(({ index, record }) => [index, plain(record), plain(writes[index]?.bundle ?? null)]),
    )
    assert.deepEqual(
      (await store.logged(null)).map(({ index }) => index),
      [2, 3],
    )
    assert.deepEqual(
      (await store.logged('nobody/\0')).map(({ index }) => index),
      [3],
    )
  })

  contract('names are listed by code unit and found without case, a page at a time', async (store) => {
    const names = ['com.acme/b', 'com.acme/A', 'com.acme/a-b', 'io.github.x/a', 'com.acme/a_b', 'com.acme/ab']
    await store.append(
      names.map((name, i) => manifestWrite(manifestOf(name), { received: 1000 + i, metadata: { title: `Ü ${name}\0` } })),
      all,
    )
    await store.append([manifestWrite(manifestOf('com.acme/ab', '1.0.1'), { received: 3000 })], all)
    const everything = await store.list(PAGE)
    assert.deepEqual(named(everything), [
      'com.acme/A@1.0.0',
      'com.acme/a-b@1.0.0',
      'com.acme/a_b@1.0.0',
      'com.acme/ab@1.0.0',
      'com.acme/ab@1.0.1',
      'com.acme/b@1.0.0',
      'io.github.x/a@1.0.0',
    ])
    const pages: Listed[] = []
    for (let after = ''; ;) {
      const page = await store.list({ ...PAGE, after, limit: 2 })
      const last = page.at(-1)
      if (last === undefined) break
      pages.push(...page)
      after = cursorOf(last)
    }
    assert.deepEqual(pages, everything)
    assert.equal(everything[0]?.metadata.title, 'Ü com.acme/A\0')
    assert.deepEqual(named(await store.list({ ...PAGE, search: 'ACME/A' })).length, 5)
    assert.deepEqual(named(await store.list({ ...PAGE, search: 'a_b' })), ['com.acme/a_b@1.0.0'])
    for (const search of ['%', '\0', "'", 'ü']) assert.deepEqual(await store.list({ ...PAGE, search }), [])
    assert.deepEqual(named(await store.list({ ...PAGE, latestOnly: true, search: 'ab' })), ['com.acme/ab@1.0.1'])
    assert.deepEqual(named(await store.list({ ...PAGE, updatedSince: 1005 })), ['com.acme/ab@1.0.0', 'com.acme/ab@1.0.1'])
  })

  contract('the latest version is the highest release, in whatever order they come', async (store) => {
    const published = ['1.0.0-rc.1', '0.9.0', '1.0.0', '1.1.0-beta', 'nightly', '1.0.1']
    const latest: (string | undefined)[] = []
    for (const [i, version] of published.entries()) {
      await store.append([manifestWrite(manifestOf(NAME, version), { received: 1000 + i })], all)
      latest.push((await store.list({ ...PAGE, latestOnly: true })).map(({ version }) => version).join())
    }
    assert.deepEqual(latest, ['1.0.0-rc.1', '0.9.0', '1.0.0', '1.0.0', '1.0.0', '1.0.1'])
    const versions = await store.versions(NAME.toUpperCase())
    assert.deepEqual(
      versions.map(({ version }) => version),
      published.toReversed(),
    )
    assert.deepEqual(
      versions.filter(({ isLatest }) => isLatest).map(({ version }) => version),
      ['1.0.1'],
    )
    // All at once.
    await store.append(
      published.map((version) => manifestWrite(manifestOf('com.acme/once', version))),
      all,
    )
    assert.deepEqual(named(await store.list({ ...PAGE, latestOnly: true, search: 'once' })), ['com.acme/once@1.0.1'])
    // By a second signer: listed already.
    await store.append([manifestWrite(manifestOf(NAME, '1.0.1'), { by: 'another', received: 9000 })], all)
    assert.equal((await store.versions(NAME)).length, published.length)
  })

  contract('a version is newer when a statement is about it, or another takes its place', async (store) => {
    const updated = async (): Promise<number[]> => (await store.versions(NAME)).map((one) => one.updated)
    await store.append([manifestWrite(manifestOf(NAME, '1.0.0'), { received: 1 })], all)
    await store.append([manifestWrite(manifestOf(NAME, '2.0.0'), { received: 2 })], all)
    assert.deepEqual(await updated(), [2, 2])
    const seen = NOTHING_SEEN
    const one = { kind: 'version', name: NAME, version: '1.0.0' } as const
    await store.append([controlWrite({ seen, action: 'deprecate', target: one }, { received: 3 })], all)
    assert.deepEqual(await updated(), [2, 3])
    await store.append([controlWrite({ seen, action: 'deprecate', target: { kind: 'name', name: NAME } }, { received: 4 })], all)
    assert.deepEqual(await updated(), [4, 4])
    assert.deepEqual(
      (await store.versions(NAME)).map(({ published }) => published),
      [2, 1],
    )
  })

  contract('a digest leads to whoever serves the same, whatever its name', async (store) => {
    const strange = 'a\0"\\\u{1f600}é'
    const tools = { [strange]: sealEntry('tools', { name: strange, description: 'Adds', inputSchema: { type: 'object' } }) }
    const manifest = { ...manifestOf('com.acme/strange'), surface: seal({ capabilities: { tools: {} }, tools }) }
    const notes = manifestOf(NAME, '1.0.0', 'Adds')
    await store.append([manifestWrite(manifest), manifestWrite(notes)], all)
    const digest = tools[strange]?.parts?.description ?? ''
    assert.deepEqual(await store.lookAlikes(digest), [
      { name: 'com.acme/strange', version: '1.0.0', kind: 'description', subject: `tools/${strange}` },
      { name: NAME, version: '1.0.0', kind: 'description', subject: 'tools/add' },
    ])
    assert.deepEqual(await store.lookAlikes(notes.surface.digest), [{ name: NAME, version: '1.0.0', kind: 'surface', subject: '' }])
    assert.deepEqual(await store.lookAlikes('\0'), [])
  })

  contract('the last status is kept, and what is known of it is not sent again', async (store) => {
    const { head, ...last } = await store.lastStatus(0)
    assert.deepEqual([last, plainHead(head)], [{ epoch: 0, text: null }, plainHead(await store.head())])
    assert.ok(await store.keepStatus(1, 'one'))
    assert.deepEqual(await textOf(store, 0), [1, 'one'])
    assert.deepEqual(await textOf(store, 1), [1, null])
    for (const epoch of [0, 1, 3]) assert.equal(await store.keepStatus(epoch, 'another'), false)
    assert.deepEqual(await textOf(store, 0), [1, 'one'])
    await store.append([manifestWrite(manifestOf())], all)
    assert.deepEqual(plainHead((await store.lastStatus(1)).head), plainHead(await store.head()))
  })

  pair('of those who keep a status of one epoch at once, one does, and no later status has an earlier head', async (a, b) => {
    const kept: [number, number][] = []
    const signing = [a, b, a, b].map(async (store, i) => {
      for (let n = 0; n < 10; n++) {
        await store.append(cheapWrites(10 * i + n, 10 * i + n + 1), all)
        const { epoch, head } = await store.lastStatus(0)
        if (await store.keepStatus(epoch + 1, `${head.size}`)) kept.push([epoch + 1, head.size])
      }
    })
    await Promise.all(signing)
    const inOrder = kept.toSorted(([x], [y]) => x - y)
    assert.deepEqual(
      inOrder.map(([epoch]) => epoch),
      Array.from(kept, (_, i) => i + 1),
    )
    const sizes = inOrder.map(([, size]) => size)
    assert.deepEqual(
      sizes,
      sizes.toSorted((x, y) => x - y),
    )
    for (const store of [a, b]) assert.deepEqual(await textOf(store, 0), [kept.length, String(sizes.at(-1))])
  })

  pair('two that write at once make one log', async (a, b) => {
    const write = (store: Store, who: string, i: number): Promise<unknown> =>
      store.append([manifestWrite(manifestOf(`com.acme/${who}${i}`)), manifestWrite(manifestOf(`com.acme/both${i}`))], all)
    for (let i = 0; i < 25; i++) await Promise.all([write(a, 'a', i), write(b, 'b', i)])
    assert.equal((await a.head()).size, 75)
    assert.deepEqual(plainHead(await a.head()), plainHead(await b.head()))
    const records = await b.records(0, 100)
    assert.equal(new Set(records.map((record) => Buffer.from(record).toString())).size, 75)
    assert.deepEqual(plain((await a.head()).root), plain(grow(0, records.map(leafHash), []).root))
  })

  pair('a commit is heard of, by whoever made it', async (a, b) => {
    const heard = { a: 0, b: 0, left: 0 }
    a.watch(() => heard.a++)
    b.watch(() => heard.b++)
    const leave = b.watch(() => heard.left++)
    // What a connection begins with is over.
    await sleep(500)
    leave()
    const before = { ...heard }
    await a.append([manifestWrite(manifestOf())], all)
    for (let i = 0; i < 500 && (heard.a === before.a || heard.b === before.b); i++) await sleep(10)
    assert.ok(heard.a > before.a && heard.b > before.b, JSON.stringify({ before, heard }))
    assert.equal(heard.left, before.left)
    const after = { ...heard }
    // Neither a status nor a refusal is a commit of the log.
    await b.keepStatus(1, 'one')
    await b.append([manifestWrite(manifestOf('com.acme/no'))], refuse)
    await sleep(500)
    assert.deepEqual(heard, after)
  })

  if (!isShared) return
  test(`${kind}: what was written is there after a close`, async () => {
    const database = await create()
    try {
      const first = await database.open()
      const { head } = await first.append([manifestWrite(manifestOf())], all)
      await first.keepStatus(1, 'one')
      await first.close()
      const second = await database.open()
      assert.deepEqual(plainHead(await second.head()), plainHead(head))
      assert.deepEqual(await textOf(second, 0), [1, 'one'])
      assert.equal((await second.append([manifestWrite(manifestOf())], all)).outcomes[0]?.kind, 'same')
      await second.close()
    } finally {
      await database.drop()
    }
  })
}

function there(store: Store | undefined): Store {
  if (store === undefined) throw new Error('expected a store')
  return store
}

async function textOf(store: Store, known: number): Promise<readonly [number, string | null]> {
  const { epoch, text } = await store.lastStatus(known)
  return [epoch, text]
}

async function rootNow(store: Store): Promise<string> {
  return Buffer.from((await store.head()).root).toString('base64')
}

function plainHead({ size, root }: Head): Head {
  return { size, root: plain(root) }
}

/** Stores answer with whatever kind of bytes. */
function plain(bytes: Uint8Array): Uint8Array
function plain(bytes: Uint8Array | null): Uint8Array | null
function plain(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : new Uint8Array(bytes)
}
