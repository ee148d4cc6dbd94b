/** Services that fail, refuse, hang or lie: what is signed again, what is said, and that nothing is half written. */
import assert from 'node:assert/strict'
import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { pem } from '../sigstore/certificate.ts'
import { drop, dropAfterwards, hang, status } from '../sigstore/disturbances.ts'
import { p256 } from '../sigstore/keys.ts'
import type { Disturbance } from '../sigstore/loopback.ts'
import type { ServiceName } from '../sigstore/sigstore.ts'
import { SigningProject, WORKFLOW } from '../signing-project.ts'
import { exits, snapshot } from '../world.ts'

const SERVICES = [
  ['fulcio', 'Fulcio', { rekor: 1, tsa: true }],
  ['rekor1', 'Rekor', { rekor: 1, tsa: true }],
  ['rekor2', 'Rekor', { rekor: 2, tsa: true }],
  ['tsa', 'the timestamp authority', { rekor: 2, tsa: true }],
] as const

const often = 1_000

/** Signs under a disturbance, which must fail, and sees that the folder is as it was. */
async function fails(project: SigningProject, exit: number, ...said: readonly RegExp[]): Promise<void> {
  const before = await snapshot(project.repository.folder)
  exits(await project.sign(undefined, '--yes --timeout 0.4'), exit, ...said)
  assert.deepEqual(await snapshot(project.repository.folder), before)
}

async function disturbed(t: TestContext, service: ServiceName, disturbance: Disturbance, times = often): Promise<SigningProject> {
  const { 2: services } = SERVICES.find(([name]) => name === service) ?? SERVICES[0]
  const project = await SigningProject.make(t, services)
  project.sigstore.disturb(service, disturbance, times)
  return project
}

for (const [service, name] of SERVICES) {
  describe(name === 'Rekor' ? service : name, { concurrency: 4 }, () => {
    const unavailable = new RegExp(`SIGNING_UNAVAILABLE: ${name}(?: at|:) \`127\\.0\\.0\\.1:\\d+\``)

    for (const [fault, disturbance] of [
      ['status 503', status(503)],
      ['a dropped connection', drop],
      ['status 429 with Retry-After', status(429, { 'retry-after': '0' })],
      ['status 503 with Retry-After', status(503, { 'retry-after': '0' })],
    ] as const) {
      test(`${fault}, and then all is well`, async (t) => {
        const project = await disturbed(t, service, disturbance, 2)
        exits(await project.sign(), 0)
        exits(await project.run('verify --offline'), 0)
      })
    }

    test('failing for ever', async (t) => {
      await fails(await disturbed(t, service, status(502)), 3, unavailable, /status 502/, /asking again/)
    })

    test('hanging for ever', async (t) => {
      await fails(await disturbed(t, service, hang), 3, unavailable, /took longer than 0\.4 seconds/)
    })

    test('dropping every connection', async (t) => {
      await fails(await disturbed(t, service, drop), 3, unavailable)
    })

    test('waiting longer than anybody would', async (t) => {
      await fails(await disturbed(t, service, status(503, { 'retry-after': '4000' })), 3, unavailable)
      await fails(await disturbed(t, service, status(429, { 'retry-after': '4000' })), 3, unavailable)
    })

    test('refusing, with words that repeat the token', async (t) => {
      const project = await disturbed(t, service, () => ({ status: 403, body: `forbidden: ${project.secrets.join(' ')} \u001b[31m` }))
      await fails(project, 3, new RegExp(`SIGNING_REFUSED: ${name} at \`127[^\`]*\` answered 403: forbidden`))
      assert.equal(project.sigstore.requests.filter((asked) => asked.service === service).length, 1)
    })

    test('a redirect is not followed', async (t) => {
      const project = await disturbed(t, service, status(307, { location: 'http://127.0.0.1:1/elsewhere' }))
      await fails(project, 3, /SIGNING_REFUSED.*answered 307/)
    })

    for (const [fault, body] of [
      ['nothing', ''],
      ['no JSON', 'hello'],
      ['other JSON', '{"a":{"b":[]}}'],
      ['a list', '[]'],
      ['deep JSON', '['.repeat(10_000)],
    ] as const) {
      test(`answering ${fault}`, async (t) => {
        await fails(await disturbed(t, service, () => ({ status: 201, body })), 4, /SIGNING_UNVERIFIED/)
      })
    }

    test('answering without end', async (t) => {
      await fails(await disturbed(t, service, () => ({ status: 201, body: Buffer.alloc(1024 * 1024, 65) })), 3, /more than 262144 bytes/)
    })

    test('the lock stays signed as it was', async (t) => {
      const project = await SigningProject.make(t, SERVICES.find(([one]) => one === service)?.[2])
      exits(await project.sign(), 0)
      await project.pin('Keeps other notes.')
      project.sigstore.disturb(service, status(500), often)
      await fails(project, 3, /SIGNING_UNAVAILABLE/)
    })
  })
}

describe('an honest service that is not ours', () => {
  const lie = async (t: TestContext, service: ServiceName, answer: (project: SigningProject) => Disturbance): Promise<SigningProject> => {
    const { 2: services } = SERVICES.find(([name]) => name === service) ?? SERVICES[0]
    const project = await SigningProject.make(t, services)
    project.sigstore.disturb(service, answer(project), often)
    return project
  }

  test('a certificate of another key', async (t) => {
    const project = await lie(t, 'fulcio', ({ sigstore }) => () => {
      const at = sigstore.clock()
      const der = sigstore.ca.issue({ publicKey: p256().publicKey, subject: { uri: 'https://github.com/acme/tools/x' }, claims: [], at })
      return { status: 200, body: JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates: [pem(der)] } } }) }
    })
    await fails(project, 4, /SIGNING_UNVERIFIED: Fulcio .* answered a certificate of another key/)
  })

  test('a certificate for somebody else, which no log gets to see', async (t) => {
    const project = await SigningProject.make(t)
    const { sigstore } = project
    const { issuer } = sigstore.issuers.user
    await project.policy([{ ...WORKFLOW, issuer }])
    // This Fulcio takes nobody of this issuer for a job of CI.
    const token = sigstore.issuers.user.token(sigstore.issuers.ci.claims)
    exits(
      await project.sign(token),
      4,
      /SIGNING_UNVERIFIED: Fulcio .* answered a certificate for dev@example\.com .*, expected https:\/\/github\.com/,
    )
    assert.equal(project.bundle(), null)
    assert.deepEqual(
      sigstore.requests.map(({ service }) => service),
      ['fulcio'],
    )
  })

  for (const [service, expected] of [
    ['rekor1', /SIGNING_UNVERIFIED: LOG_ENTRY_INVALID/],
    ['rekor2', /SIGNING_UNVERIFIED: LOG_ENTRY_INVALID/],
    ['tsa', /SIGNING_UNVERIFIED: TIMESTAMP_INVALID/],
  ] as const) {
    test(`${service}: the answer to an earlier question`, async (t) => {
      const { 2: services } = SERVICES.find(([name]) => name === service) ?? SERVICES[0]
      const project = await SigningProject.make(t, services)
      let first: ReturnType<Parameters<Disturbance>[0]> | null = null
      project.sigstore.disturb(service, (honest) => (first ??= honest()), often)
      exits(await project.sign(), 0)
      await project.pin('Keeps other notes.')
      await fails(project, 4, expected)
    })
  }
})

describe('an answer that was lost', () => {
  test('Rekor v1 has the entry, and gives it out', async (t) => {
    const project = await disturbed(t, 'rekor1', dropAfterwards, 1)
    exits(await project.sign(), 0)
    assert.deepEqual(
      project.sigstore.requests.filter(({ service }) => service === 'rekor1').map(({ method }) => method),
      ['POST', 'POST', 'GET'],
    )
    exits(await project.run('verify --offline'), 0)
  })

  test('Rekor v1 that says 409 and not where', async (t) => {
    await fails(await disturbed(t, 'rekor1', status(409)), 4, /SIGNING_UNVERIFIED.*409 without saying where/)
    await fails(await disturbed(t, 'rekor1', status(409, { location: '/api/v1/log/entries/../../evil' })), 4, /409 without saying where/)
  })

  test('Rekor v2 that has the entry already: another signature is another entry', async (t) => {
    const project = await disturbed(t, 'rekor2', status(409), 1)
    exits(await project.sign(), 0)
    exits(await project.run('verify --offline'), 0)
    await fails(await disturbed(t, 'rekor2', status(409)), 3, /SIGNING_REFUSED.*has this entry already/)
  })
})

test('an interruption leaves nothing behind', async (t) => {
  for (const [service, , services] of SERVICES) {
    const project = await SigningProject.make(t, services)
    const before = await snapshot(project.repository.folder)
    const stop = new AbortController()
    project.sigstore.disturb(service, () => {
      setTimeout(() => stop.abort(), 20)
      return 'hang'
    })
    exits(await project.sign(undefined, '--yes', { signal: stop.signal }), 130, /INTERRUPTED/)
    assert.deepEqual(await snapshot(project.repository.folder), before)
  }
})

test('no such host, and nothing that listens there', async (t) => {
  const project = await SigningProject.make(t)
  const { trustedRoot, signingConfig } = project.sigstore
  const config = signingConfig({ rekor: 1, tsa: true })
  const at = (url: string): Promise<void> =>
    project.repository.write({
      'signing_config.json': JSON.stringify({ ...config, caUrls: config.caUrls.map((one) => ({ ...one, url })) }),
      'trusted_root.json': JSON.stringify({
        ...trustedRoot,
        certificateAuthorities: trustedRoot.certificateAuthorities.map((one) => ({ ...one, uri: url })),
      }),
    })
  await at('https://nowhere.invalid')
  await fails(project, 3, /(?:HOST_NOT_FOUND|SIGNING_UNAVAILABLE): Fulcio(?: at|:) `nowhere\.invalid`/)
  const gone = createServer()
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve))
  const { port } = gone.address() as AddressInfo
  await new Promise((resolve) => gone.close(resolve))
  await at(`http://127.0.0.1:${port}`)
  await fails(project, 3, /SIGNING_UNAVAILABLE: Fulcio: `127\.0\.0\.1:\d+`: ECONNREFUSED/)
})

test('everything goes through the proxy of the environment', async (t) => {
  const asked: string[] = []
  const proxy = createServer((incoming, outgoing) => {
    asked.push(new URL(incoming.url ?? '').pathname.split('/')[1] ?? '')
    const onward = forward(incoming.url ?? '', { method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.after(() => proxy.close().closeAllConnections())
  const project = await SigningProject.make(t)
  const HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  exits(await project.sign(undefined, '--yes', { env: { HTTP_PROXY } }), 0)
  assert.deepEqual(asked, ['fulcio', 'tsa', 'rekor1'])
  exits(await project.sign(undefined, '--yes --force', { env: { HTTP_PROXY: 'http://127.0.0.1:9' } }), 3, /PROXY_FAILED: Fulcio: the proxy/)
})
