/** The look of the report, on a screen and on one A4 page. */
export const STYLE = `
@page{size:A4;margin:9mm 12mm}
*{box-sizing:border-box}
body{font:13px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:#16202e;background:#fff;max-width:186mm;margin:0 auto;padding:16px;print-color-adjust:exact;-webkit-print-color-adjust:exact}
header{display:flex;justify-content:space-between;align-items:center;gap:16px;border-bottom:2px solid #1f7a6d;padding-bottom:10px}
header h1{font-size:21px;line-height:1.2;margin:0}
header p{margin:2px 0 0;color:#4a586b}
header .name{font-size:17px;font-weight:600;color:#16202e;text-align:right}
header img{max-height:52px;max-width:220px}
.headline{font-size:16px;line-height:1.4;font-weight:600;margin:14px 0 4px}
.about{margin:0 0 12px;color:#4a586b}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(112px,1fr));gap:8px;margin:0 0 12px}
.tiles div{display:flex;flex-direction:column-reverse;justify-content:flex-end;background:#f2f5f7;border-radius:6px;padding:8px 10px}
.tiles dd{margin:0;font-size:22px;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums}
.tiles dt{color:#4a586b;font-size:12px;line-height:1.3}
figure{margin:0 0 8px}
figcaption,h2{font-size:13px;font-weight:650;margin:0 0 3px}
svg{display:block;width:100%;height:auto}
svg text{font-size:9.5px;fill:#4a586b;font-family:inherit}
svg line{stroke:#dde3e9;stroke-width:1}
.good{fill:#1f7a6d;background:#1f7a6d}.bad{fill:#c2410c;background:#c2410c}.dull{fill:#7c8aa0;background:#7c8aa0}
.legend{margin:-4px 0 8px;color:#4a586b;font-size:12px}
.legend i{display:inline-block;width:10px;height:10px;border-radius:2px;margin:0 3px 0 8px}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(290px,1fr));gap:10px 24px;margin-top:6px}
table{border-collapse:collapse;width:100%;font-size:12px}
th{text-align:left;font-weight:500;color:#4a586b;border-bottom:1px solid #dde3e9;padding:1px 0}
td{padding:1.5px 0;border-bottom:1px solid #eef1f4;overflow-wrap:anywhere}
th+th,td+td{text-align:right;padding-left:10px;white-space:nowrap;font-variant-numeric:tabular-nums}
section p{margin:0;color:#4a586b}
.notices{margin-top:10px}
.notices ul{margin:0;padding-left:16px}
.notices li{margin:0 0 2px;overflow-wrap:anywhere}
footer{border-top:1px solid #dde3e9;margin-top:10px;color:#4a586b;font-size:11px;line-height:1.35}
footer p{margin:6px 0 0}
@media print{body{padding:0;max-width:none;font-size:11.5px}figure,.tiles{break-inside:avoid}.columns{grid-template-columns:1fr 1fr;gap:6px 20px}.tiles{grid-template-columns:repeat(5,1fr)}table,.notices li{font-size:10.5px;line-height:1.2}.notices li{max-height:2.4em;overflow:hidden}td,th{padding:1px 0}td:first-child{max-width:0;width:99%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}footer{font-size:10px}.headline{font-size:14.5px;margin:8px 0 3px}.about{margin:0 0 8px}.tiles{margin:0 0 8px}.tiles div{padding:5px 9px}figure{margin:0 0 4px}.columns{margin-top:2px}.notices,footer{margin-top:6px}footer p{margin:3px 0 0}.legend{margin:-2px 0 3px}}
`;
