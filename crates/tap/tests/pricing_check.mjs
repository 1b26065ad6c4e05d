// Runs the browser's pricing module on rows of inputs with the expected `p_ppb` and `rate`, from standard input:
// {"calibrator": null or a published one, "rows": [...]}. The first argument is the module's path. A row may have `p`, the touch
// probability itself: then every bit of it must be the same.
import { readFileSync } from "node:fs";

// As a data URL it is a module whatever its name ends with.
const module = readFileSync(process.argv[2]).toString("base64");
const { priceCell, touchProbability } = await import(`data:text/javascript;base64,${module}`);
const { calibrator, rows } = JSON.parse(readFileSync(0, "utf8"));
const wrong = rows.filter((row) => {
  const { p_ppb, rate } = priceCell(row, calibrator);
  const isOff = "p" in row && touchProbability(row, 1) !== row.p;
  return isOff || p_ppb !== row.p_ppb || rate !== row.rate;
});
for (const row of wrong.slice(0, 5)) {
  console.log(JSON.stringify(row), "gives", JSON.stringify(priceCell(row, calibrator)));
}
console.log(`${rows.length - wrong.length} of ${rows.length} rows are the same`);
process.exit(wrong.length === 0 && rows.length > 0 ? 0 : 1);
