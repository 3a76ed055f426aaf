/** What callers put where a page shows it, if a page is careless. Each carries a mark to be looked for. */
export const HOSTILE: readonly string[] = [
  '<script>window.pwned=1</script>',
  '<img src=x onerror="window.pwned=2">',
  '"><svg onload=window.pwned=3>',
  `';window.pwned=4;//`,
  '<iframe srcdoc="<script>parent.pwned=5</script>"></iframe>',
  'javascript:window.pwned=6',
  '{{constructor.constructor("window.pwned=7")()}}',
  '</td></tr></table><h1>pwned</h1>',
  '<a href="javascript:window.pwned=8">100</a>',
  '<style>body{display:none}</style>',
  '&lt;b&gt;100&lt;/b&gt;',
  '__proto__',
  'x'.repeat(128),
];
