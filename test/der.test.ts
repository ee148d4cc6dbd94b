/** DER as it is written for signatures: the same bytes as were read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ASN1Obj } from '../core/signing/der.ts'
import publicGood from '../core/signing/public-good.json' with { type: 'json' }

test('certificates are written as they were read', () => {
  const authorities = [...publicGood.certificateAuthorities, ...publicGood.timestampAuthorities]
  const certificates = authorities.flatMap(({ certChain }) => certChain.certificates.map(({ rawBytes }) => rawBytes))
  assert.ok(certificates.length >= 5)
  for (const certificate of certificates)
    assert.equal(ASN1Obj.parseBuffer(Buffer.from(certificate, 'base64')).toDER().toString('base64'), certificate)
})

test('lengths take as few octets as they can', () => {
  const heads: readonly (readonly [length: number, head: string])[] = [
    [0, '0400'],
    [1, '0401'],
    [0x7f, '047f'],
    [0x80, '048180'],
    [0xff, '0481ff'],
    [0x100, '04820100'],
    [0xffff, '0482ffff'],
    [0x10000, '0483010000'],
  ]
  for (const [length, head] of heads) {
    // All ones: no value of its own, so that the octet string stays one.
    const octets = Buffer.concat([Buffer.from(head, 'hex'), Buffer.alloc(length, 0xff)])
    assert.ok(ASN1Obj.parseBuffer(octets).toDER().equals(octets), head)
  }
})

test('what was taken out of a value is not written', () => {
  const value = ASN1Obj.parseBuffer(Buffer.from('300602010102010a', 'hex'))
  value.subs.splice(0, 1)
  assert.equal(value.toDER().toString('hex'), '300302010a')
})
