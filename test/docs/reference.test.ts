import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commandNames } from '../../tools/docs/commands-page.ts';
import { policyPage } from '../../tools/docs/policy-page.ts';
import { referencePages } from '../../tools/docs/reference.ts';
import { fromRoot } from '../root.ts';

test('docs: the pages that are made from the program say what it is now', async () => {
  for (const [file, text] of await referencePages()) {
    assert.equal(
      readFileSync(fromRoot(file), 'utf8'),
      text,
      `make it anew: npm run docs (${file})`,
    );
  }
});

test('docs: every command of the overview has its help', async () => {
  const pages = await referencePages();
  const text = pages.get('docs/reference/commands.md') ?? '';
  const overview = readFileSync(fromRoot('src/cli/help.ts'), 'utf8');
  const names = commandNames(overview);
  assert.ok(names.length >= 16);
  for (const name of names) assert.ok(text.includes(`## \`ghostgate ${name}\``), name);
});

test('docs: a key of the policy tells its kind, bounds and default', () => {
  const page = policyPage({
    required: ['site'],
    properties: {
      site: { description: 'Its name.', examples: ['acme'] },
      ways: {
        description: 'Ways.',
        default: ['100'],
        items: {
          anyOf: [
            { enum: ['in', 'out'] },
            { properties: { name: { description: 'A name.', pattern: '.' } }, required: ['name'] },
          ],
        },
      },
    },
  });
  const [, body = ''] = page.split('`1w`.\n');
  assert.equal(
    body,
    `
## \`site\`

Its name.

*text*, **needed**, for example \`acme\`

## \`ways\`

Ways.

*list of in or out or map*, default \`['100']\`

### \`ways[].name\`

A name.

*text*, **needed**
`,
  );
});
