// Programs that are not ours, asked about a study sheet: pdfsig (poppler, NSS) and pyHanko about its signature, zbar about its code.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PYHANKO = process.env.ZHENXUE_PYHANKO ?? resolve(import.meta.dirname, '../../target/judges/bin/pyhanko');

const said = (program, args) => {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) throw error;
  return { status, text: `${stdout}\n${stderr}` };
};

/** Whether pdfsig calls the one signature valid and says that it covers the whole file. */
export function pdfsig(file) {
  const { text } = said('pdfsig', [file]);
  const valid = /Signature Validation: Signature is Valid\./.test(text);
  const whole = /Total document signed/.test(text) && !/Signature #2/.test(text);
  return { valid: valid && whole, text };
}

/** Whether pyHanko, which is given the certificate to trust, judges the same. */
export function pyhanko(file, certificate) {
  const { status, text } = said(PYHANKO, ['sign', 'validate', '--trust', certificate, '--trust-replace', '--pretty-print', file]);
  const valid = /The signature is judged VALID\./.test(text) && /The signature covers the entire file\./.test(text);
  return { valid: status === 0 && valid, text };
}

/** What zbar reads on the first page of a PDF, printed at 150 dots per inch. */
export function codeOnPaper(file, folder) {
  const page = join(folder, 'page');
  execFileSync('pdftoppm', ['-r', '150', '-png', '-singlefile', file, page]);
  return codeInPicture(`${page}.png`);
}

/** What zbar reads in a picture. */
export function codeInPicture(file) {
  return execFileSync('zbarimg', ['--quiet', '--raw', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

/** The attachment of a PDF, as poppler takes it out. */
export function attachment(file, folder) {
  const out = join(folder, 'attached.json');
  execFileSync('pdfdetach', ['-save', '1', '-o', out, file]);
  return out;
}

/** The characters on the pages of a PDF, as poppler reads them. */
export function words(file) {
  return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
}

/** A copy of `bytes` in `file` with the byte at `at` changed. */
export function bend(bytes, at, file) {
  const bent = Buffer.from(bytes);
  bent[at] ^= 1;
  writeFileSync(file, bent);
  return file;
}
