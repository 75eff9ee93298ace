// The accessibility judge, put into a page past its content policy (evaluated by the debugger, not loaded by the page).

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Fails with every violation, where it is and how to mend it. */
export async function assertAccessible(page, screen) {
  await page.evaluate(`if (!window.axe) { ${SOURCE} }`);
  const { violations, passes } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  assert.ok(passes.length > 5, `${screen}: axe looked at nothing`);
  const list = violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${impact}) ${target.join(' ')}: ${help}\n  ${failureSummary}`),
  );
  assert.equal(list.length, 0, `${screen}:\n${list.join('\n')}`);
}
