// Runs the browser's pricing module on rows of inputs with the expected `p_ppb` and `rate`, from standard input:
// {"calibrator": null or a published one, "rows": [...]}. The first argument is the module's path.
import { readFileSync } from "node:fs";

// As a data URL it is a module whatever its name ends with.
const module = readFileSync(process.argv[2]).toString("base64");
const { priceCell } = await import(`data:text/javascript;base64,${module}`);
const { calibrator, rows } = JSON.parse(readFileSync(0, "utf8"));
const wrong = rows.filter((row) => {
  const { p_ppb, rate } = priceCell(row, calibrator);
  return p_ppb !== row.p_ppb || rate !== row.rate;
});
for (const row of wrong.slice(0, 5)) {
  console.log(JSON.stringify(row), "gives", JSON.stringify(priceCell(row, calibrator)));
}
console.log(`${rows.length - wrong.length} of ${rows.length} rows are the same`);
process.exit(wrong.length === 0 && rows.length > 0 ? 0 : 1);
