import { graphStyle, SANS_SERIF } from './graph-style.js';
import { DARK, declareColours, LIGHT } from './palette.js';

/** Style sheet of the HTML report: light and dark by the reader's preference, and for paper. System fonts; loads nothing. @internal */
export const REPORT_STYLE = `
:root{color-scheme:light dark;${declareColours(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${declareColours(DARK)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;overflow-wrap:anywhere;background:var(--page);color:var(--ink);font:15px/1.55 ${SANS_SERIF};font-variant-numeric:tabular-nums}
main{max-width:1120px;margin:0 auto;padding:0 32px 64px}
.motto{max-width:1120px;margin:0 auto;padding:14px 32px;font-size:12.5px;color:var(--muted);letter-spacing:.01em}
.motto b{color:var(--ink);font-weight:650}
h1{font-size:30px;line-height:1.2;font-weight:680;letter-spacing:-.018em;margin:0}
h2{font-size:18px;font-weight:650;letter-spacing:-.008em;margin:0}
h3{font-size:13px;font-weight:650;margin:20px 0 6px}
p{margin:0}a{color:inherit}
code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.9em;unicode-bidi:isolate;overflow-wrap:anywhere}
.muted,.empty{color:var(--muted)}
.prose,td,li,dd{overflow-wrap:anywhere;unicode-bidi:isolate}
.good{--tone:var(--good)}.bad{--tone:var(--bad)}.warn{--tone:var(--warn)}.info{--tone:var(--info)}.idle{--tone:var(--idle)}
header{padding:34px 0 26px;display:grid;gap:10px}
.title{display:flex;flex-wrap:wrap;align-items:center;gap:8px 16px}
.title h1{overflow-wrap:anywhere;min-width:0}
.status{display:inline-flex;align-items:center;gap:7px;padding:4px 13px 4px 10px;border-radius:99px;font-size:14px;font-weight:650;color:var(--tone);background:color-mix(in srgb,var(--tone) 11%,var(--surface));border:1px solid color-mix(in srgb,var(--tone) 34%,transparent)}
.reason{font-size:16.5px;max-width:74ch}
.facts{display:flex;flex-wrap:wrap;gap:2px 20px;font-size:13px;color:var(--muted)}
.band{display:grid;grid-template-columns:repeat(5,1fr);background:var(--surface);border:1px solid var(--line);border-radius:12px;overflow:hidden}
.tile{padding:18px 20px 16px;border-left:1px solid var(--line);min-width:0}
.tile:first-child{border-left:0}
.tile dt{font-size:12.5px;color:var(--muted)}
.tile dd{margin:0}
.figure{font-size:29px;line-height:1.25;font-weight:640;letter-spacing:-.022em;white-space:nowrap}
.figure small{font-size:14px;font-weight:500;color:var(--muted);letter-spacing:0}
.tile .note{font-size:12.5px;color:var(--muted);margin-top:6px;line-height:1.4}
.meter{display:block;margin:7px 0 0;overflow:visible}
.meter .track{fill:var(--line)}.meter .fill{fill:var(--tone,var(--tasks))}.meter .mark{stroke:var(--ink);stroke-width:2}
section{margin-top:44px}
.head{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:2px 20px;padding-bottom:10px;border-bottom:1px solid var(--line);margin-bottom:16px}
.head p{font-size:13px;color:var(--muted);min-width:0}
.two h3:first-child{margin-top:4px}.two{font-size:14px;display:grid;grid-template-columns:1fr 1fr;gap:0 48px}
.plain{list-style:none;margin:0;padding:0}.plain li{padding:3px 0}
.bullets{margin:0;padding-left:18px}.bullets li{padding:2px 0}.bullets li::marker{color:var(--faint)}
.sign{color:var(--tone);font-weight:700;display:inline-block;width:1.1em;text-align:center}
.state{color:var(--tone);font-weight:600;white-space:nowrap}
.gantt{display:grid;grid-template-columns:minmax(0,max-content) minmax(0,1fr) max-content;column-gap:16px}
.gantt-labels{display:grid;grid-auto-rows:32px;max-width:220px;align-content:start}
.gantt-label{display:flex;align-items:center;gap:6px;font-size:13.5px;text-decoration:none;min-width:0;color:var(--muted)}
.gantt-label.critical{color:var(--ink);font-weight:650}
.gantt-name{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;unicode-bidi:isolate}
a.gantt-label:hover .gantt-name,.task summary:hover .task-id{text-decoration:underline}
.gantt-times{display:grid;grid-auto-rows:32px;align-content:start;text-align:right;font-size:13px}
.gantt-time{line-height:32px;white-space:nowrap}
.usage-label{margin-top:14px;height:40px;display:flex;align-items:center;justify-content:flex-end;color:var(--muted);font-size:12.5px;font-weight:400;white-space:nowrap}
.gantt-label.usage-label{justify-content:flex-start;padding-left:23px}
.gantt-drawing{display:block;overflow:visible}
.grid{stroke:var(--line);stroke-width:1}.axis{fill:var(--muted);font-size:11.5px}
.rail{stroke:var(--faint);stroke-width:2;stroke-dasharray:2 3}
.bar{fill:color-mix(in srgb,var(--tone) 45%,var(--page))}.bar.critical{fill:var(--tone)}
.bar.bad{fill:url(#hatch-bad);stroke:var(--bad);stroke-width:1}.bar.warn{fill:url(#hatch-warn);stroke:var(--warn);stroke-width:1}
.bar.critical.bad,.bar.critical.warn{stroke-width:2.4}
.path{stroke:var(--ink);stroke-width:1.5}
.usage{fill:var(--tasks);fill-opacity:.55}.limit{stroke:var(--faint);stroke-dasharray:3 3}.base{stroke:var(--line)}
.keys{display:flex;flex-wrap:wrap;gap:4px 18px;margin-top:14px;font-size:12.5px;color:var(--muted);list-style:none;padding:0}
.keys li{display:flex;align-items:center;gap:7px}.keys svg{flex:none}
.defs{position:absolute;width:0;height:0}
.graph{overflow-x:auto;padding:2px 0 8px}
.graph svg{display:block;margin:0 auto}
.graph a{text-decoration:none}
${graphStyle((name) => `var(--${name})`)}.budget-bar{display:block;border-radius:4px}
.share-planning{fill:var(--planning);background:var(--planning)}.share-tasks{fill:var(--tasks);background:var(--tasks)}.share-review{fill:var(--review);background:var(--review)}
.share-other{fill:var(--other);background:var(--other)}.share-unused{fill:var(--line);background:var(--line)}.budget-limit{stroke:var(--bad);stroke-width:3}
.legend{display:flex;flex-wrap:wrap;gap:4px 26px;list-style:none;padding:0;margin:12px 0 0;font-size:13.5px}
.legend li{display:flex;align-items:baseline;gap:7px}.swatch{width:10px;height:10px;border-radius:3px;display:inline-block}
.criteria{display:grid;gap:16px;margin:0}
.criterion{display:grid;grid-template-columns:150px minmax(0,1fr) 56px;gap:2px 16px;align-items:center}
.criterion .name{font-weight:600;text-transform:capitalize}.criterion .name small{font-weight:400;color:var(--muted);margin-left:4px}
.criterion .value{text-align:right;font-weight:640}
.criterion .evidence{grid-column:2/4;font-size:13px;color:var(--muted)}
table{border-collapse:collapse;width:100%;font-size:13.5px}
th{font-weight:500;color:var(--muted);font-size:12.5px;text-align:left;padding:0 14px 7px 0;white-space:nowrap;vertical-align:bottom}
td{padding:8px 14px 8px 0;border-top:1px solid var(--line);vertical-align:top}
th:last-child,td:last-child{padding-right:0}
.number{text-align:right;white-space:nowrap}.number+.text{padding-left:16px}
.task-head,.task summary{display:grid;grid-template-columns:minmax(0,1fr) 128px 70px 82px 72px 84px 56px 14px;gap:0 12px;align-items:baseline}
.task-head{font-size:12.5px;color:var(--muted);padding-bottom:7px}
.task-head span:nth-child(n+3),.task-numbers .number{text-align:right}
.task-numbers{display:contents}.unit{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.task{border-top:1px solid var(--line);scroll-margin-top:12px}
.task summary{list-style:none;cursor:pointer;padding:10px 0;font-size:13.5px}
.task summary::-webkit-details-marker{display:none}
.task summary::after{content:"›";color:var(--faint);font-size:17px;line-height:1;text-align:right;transition:transform .15s}
.task[open] summary::after{transform:rotate(90deg)}
.task-id{font-weight:640;font-size:14px;overflow-wrap:anywhere;unicode-bidi:isolate}
.task-about{display:block;color:var(--muted);overflow:hidden;text-overflow:ellipsis;white-space:nowrap;unicode-bidi:isolate}
.task[open]{background:linear-gradient(var(--soft),var(--soft));margin:0 -16px;padding:0 16px}
.task[open] .task-about{display:none}
.task-body{padding:0 0 18px;font-size:13.5px}
.pairs{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:3px 18px;margin:4px 0 0}.pairs dt{color:var(--muted)}.pairs dd{margin:0}
.badge{display:inline-block;padding:1px 9px;border-radius:99px;font-size:12px;font-weight:600;white-space:nowrap;color:var(--tone);background:color-mix(in srgb,var(--tone) 11%,var(--surface));border:1px solid color-mix(in srgb,var(--tone) 30%,transparent)}
.badge.model{--tone:var(--model)}.badge.template{--tone:var(--template)}
.more summary{cursor:pointer;font-size:13px;color:var(--muted);padding:12px 0 8px}
footer{margin-top:52px;padding-top:14px;border-top:1px solid var(--line);font-size:12.5px;color:var(--muted)}
:focus-visible{outline:2px solid var(--info);outline-offset:2px;border-radius:4px}
@media screen and (max-width:760px){main{padding:0 18px 48px}.motto{padding:12px 18px}h1{font-size:25px}header{padding:22px 0 20px}.reason{font-size:15.5px}
.band{grid-template-columns:1fr 1fr}.tile{padding:14px 16px;border-top:1px solid var(--line)}.tile:nth-child(odd){border-left:0}.tile:first-child{grid-column:1/-1;border-top:0}.tile:nth-child(2n){border-left:0}.tile:nth-child(2n+3){border-left:1px solid var(--line)}.figure{font-size:25px}
section{margin-top:36px}.two{grid-template-columns:1fr}.gantt{column-gap:10px}.gantt-labels{max-width:112px}.gantt-label{font-size:12.5px}.gantt-times{font-size:12px}
.usage-label{font-size:11.5px}.gantt-label.usage-label{padding-left:0}
.axis.between{display:none}
table,tbody,tr,td{display:block}thead{display:none}tr{border-top:1px solid var(--line);padding:8px 0;display:flex;flex-wrap:wrap;gap:0 16px}td,.number+.text{border:0;padding:1px 0}tbody tr:first-child,.task:first-of-type{border-top:0}td.text{flex-basis:100%}td.number{text-align:left}
td:not(:first-child)::before{content:attr(data-label) " ";color:var(--muted);font-size:12px}
.task-head{display:none}.task summary{grid-template-columns:minmax(0,1fr) max-content 14px;gap:2px 12px}.task-numbers{display:flex;flex-wrap:wrap;grid-column:1/-1;gap:0 12px;font-size:12.5px;color:var(--muted)}.unit{position:static;width:auto;height:auto;clip-path:none}.task summary::after{grid-column:3;grid-row:1}
.criterion{grid-template-columns:minmax(0,1fr) 56px}.criterion .name{grid-column:1}.criterion .value{grid-column:2;grid-row:1}.criterion .meter{grid-column:1/3}.criterion .evidence{grid-column:1/3}}
@media print{:root{color-scheme:light;--page:#fff;--surface:#fff;--ink:#000;--muted:#444;--faint:#777;--line:#ccc;--soft:#fff;--good:#18794a;--bad:#c0342b;--warn:#8f5f00;--info:#2459b8;--idle:#555;--planning:#9db4e8;--tasks:#4a6fd0;--review:#c79a3b;--other:#a9aeb6;--model:#5d45b8;--template:#2f6672}
body{font-size:12px;print-color-adjust:exact;-webkit-print-color-adjust:exact}main,.motto{max-width:none;padding-left:0;padding-right:0}section{margin-top:26px}.gantt,.tile,tr,.criterion,.graph{break-inside:avoid}.head{break-after:avoid}
details::details-content{content-visibility:visible;display:block;block-size:auto}.graph{overflow:visible}.graph svg{max-width:100%;height:auto}.task[open]{margin:0;padding:0}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
`;
