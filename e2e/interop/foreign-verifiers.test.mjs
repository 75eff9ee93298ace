// Software that we did not write judges our proof: the signature by Digital Bazaar's credential suite, the ledger by sigstore's
// transparency-log verifier. Give a document in ZHENXUE_PROOF, or the golden one of the contract tests is judged.
import assert from 'node:assert/strict';
import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { createVerifyCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import jsigs from 'jsonld-signatures';

const golden = new URL('../../shared/contract/tests/golden/study_proof_1.json', import.meta.url);
const text = readFileSync(process.env.ZHENXUE_PROOF ?? golden, 'utf8');
const document = () => JSON.parse(text);

// A did:key names its own key: nothing is fetched.
const resolveKey = async (url) => {
  const [did] = url.split('#');
  const multibase = did.replace('did:key:', '');
  const method = { id: `${did}#${multibase}`, type: 'Multikey', controller: did, publicKeyMultibase: multibase };
  const controller = {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [method],
    assertionMethod: [method.id],
  };
  if (!did.startsWith('did:key:')) return vc.defaultDocumentLoader(url);
  const found = url === did ? controller : { '@context': 'https://w3id.org/security/multikey/v1', ...method };
  return { contextUrl: null, documentUrl: url, document: found };
};

const signatureHolds = (credential) =>
  jsigs.verify(credential, {
    suite: new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() }),
    purpose: new jsigs.purposes.AssertionProofPurpose(),
    documentLoader: resolveKey,
  });

test('the credential suite accepts the signature', async () => {
  const result = await signatureHolds(document());
  assert.equal(result.verified, true, result.error?.errors?.map(String).join('\n'));
});

test('the credential suite refuses a changed class hour, name and signature', async () => {
  for (const change of [
    (proof) => { proof.credentialSubject.class_hours += 1; },
    (proof) => { proof.credentialSubject.name = '李*明'; },
    (proof) => { proof.evidence[0].salt = '00'.repeat(32); },
    (proof) => { proof.proof.created = '2026-11-23T00:00:00.000Z'; },
  ]) {
    const changed = document();
    change(changed);
    assert.equal((await signatureHolds(changed)).verified, false);
  }
});

test('the credential library accepts the form (VC data model 2.0)', async () => {
  const result = await vc.verifyCredential({
    credential: document(),
    suite: new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() }),
    documentLoader: resolveKey,
    // A proof that names a status list is not taken without somebody to ask it; the list has its own test below.
    checkStatus: async () => ({ verified: true }),
    now: new Date(new Date(document().validFrom).getTime() + 1000),
  });
  assert.equal(result.verified, true, String(result.error?.errors ?? result.error));
});

test('a status list is signed as a proof is, and unpacks to its bits without us', async () => {
  const folder = new URL('../../shared/contract/tests/golden/', import.meta.url);
  const read = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
  const [list, proof] = [read('status_list_1.json'), read('study_proof_2.json')];
  const result = await signatureHolds(structuredClone(list));
  assert.equal(result.verified, true, result.error?.errors?.map(String).join('\n'));
  const changed = structuredClone(list);
  changed.credentialSubject.statusPurpose = 'suspension';
  assert.equal((await signatureHolds(changed)).verified, false);

  const { statusListCredential, statusListIndex, statusPurpose } = proof.credentialStatus;
  assert.deepEqual([list.id, list.issuer, list.credentialSubject.statusPurpose], [statusListCredential, proof.issuer, statusPurpose]);
  assert.ok(list.credentialSubject.encodedList.startsWith('u'));
  const bits = gunzipSync(Buffer.from(list.credentialSubject.encodedList.slice(1), 'base64url'));
  const isSet = (place) => (bits[place >> 3] >> (7 - (place & 7))) & 1;
  assert.equal(bits.length * 8, 131_072);
  assert.equal(isSet(Number(statusListIndex)), 1);
  assert.equal(bits.reduce((sum, byte) => sum + [...byte.toString(2)].filter((bit) => bit === '1').length, 0), 1);
});

// sigstore exports no entry for a bare log proof, so its parts are taken by path.
const require = createRequire(import.meta.url);
const tlog = (part) => require(join(dirname(require.resolve('@sigstore/verify')), 'tlog', part));
const { verifyCheckpoint } = tlog('checkpoint.js');
const { verifyMerkleInclusion } = tlog('merkle.js');

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

// JCS for what stands in records: ASCII names and whole numbers only.
const jcs = (value) =>
  Array.isArray(value) ? `[${value.map(jcs).join(',')}]`
  : value && typeof value === 'object'
    ? `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${jcs(value[key])}`).join(',')}}`
    : JSON.stringify(value);

const asEntry = (proof, evidence) => {
  const digest = sha256(Buffer.from(evidence.salt, 'hex'), jcs(evidence.record));
  return {
    canonicalizedBody: Buffer.concat([Buffer.from('zhenxue-evidence-v1\n'), digest]),
    inclusionProof: {
      logIndex: String(evidence.index),
      hashes: evidence.inclusion.map((hash) => Buffer.from(hash, 'base64')),
      checkpoint: { envelope: proof.ledger.checkpoint },
    },
  };
};

const asLog = (vkey) => {
  const [name, id] = vkey.split('+', 2);
  const key = Buffer.from(vkey.slice(name.length + id.length + 2), 'base64').subarray(1);
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
  return {
    logID: Buffer.from(id, 'hex'),
    baseURL: name,
    publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
  };
};

test('the log verifier finds every record in the ledger, and a changed one in none', () => {
  const proof = document();
  assert.ok(proof.evidence.length > 0);
  for (const evidence of proof.evidence) {
    const entry = asEntry(proof, evidence);
    const checkpoint = verifyCheckpoint(entry, [asLog(proof.ledger.vkey)]);
    verifyMerkleInclusion(entry, checkpoint);
    const changed = structuredClone(evidence);
    changed.record.to_seq += 1;
    assert.throws(() => verifyMerkleInclusion(asEntry(proof, changed), checkpoint));
  }
  const forged = structuredClone(proof);
  forged.ledger.checkpoint = forged.ledger.checkpoint.replace(/\n(\d+)\n/, (_, size) => `\n${BigInt(size) + 1n}\n`);
  assert.throws(() => verifyCheckpoint(asEntry(forged, forged.evidence[0]), [asLog(proof.ledger.vkey)]));
});
