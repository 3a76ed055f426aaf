// The page in a real browser: what callers send is text, nothing serious for axe, keys are enough.
// Apart from the other tests, for it needs Debian's chromium: `npm run test:browser`.
for (const part of ['behaviour', 'text-only', 'accessible', 'fleet']) await import(`./${part}.js`);
