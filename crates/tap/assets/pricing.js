// From what a quote knows to its rate: the same integers as the server's `domain::pricing`, in any browser.
//
// Only + - * / and Math.sqrt are used on doubles: IEEE 754 rounds those alike everywhere, which Math.exp and Math.log do not
// promise. Every expression repeats the server's, operation by operation. The end is in BigInt. No dependencies.

const PPB = 1_000_000_000;
const PRICE_MAX = 1_000_000_000;
const SIGMA_PPB_MAX = PPB;
const UNTIL_MS_MAX = 86_400_000;
const BASIS_POINTS = 10_000;
const RATE_MIN = 105n;
const RATE_MAX = 5_000n;
const OFFERED_MAX = 6_000n;
const MODEL_RISK = [0.85, 1.0, 1.25];

// Elementary functions.

const LOG2_E = 1.4426950408889634;
const LN_2 = 0.6931471805599453;
const LN_2_HIGH = 6.931471803691238e-1;
const LN_2_LOW = 1.9082149292705877e-10;
const EXP_ARGUMENT_MAX = 700;
const EXP_SERIES = [
  1 / 6227020800, 1 / 479001600, 1 / 39916800, 1 / 3628800, 1 / 362880, 1 / 40320, 1 / 5040, 1 / 720, 1 / 120,
  1 / 24, 1 / 6, 1 / 2, 1, 1,
];
const ARTANH_SERIES = [
  1 / 25, 1 / 23, 1 / 21, 1 / 19, 1 / 17, 1 / 15, 1 / 13, 1 / 11, 1 / 9, 1 / 7, 1 / 5, 1 / 3, 1,
];

function polynomial(coefficients, x) {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}

// Exact for whole k: its bits are written down.
const bits = new DataView(new ArrayBuffer(8));
function powerOfTwo(k) {
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

function exp(argument) {
  if (argument < -EXP_ARGUMENT_MAX) return 0;
  const x = argument > EXP_ARGUMENT_MAX ? EXP_ARGUMENT_MAX : argument;
  const k = Math.floor(x * LOG2_E + 0.5);
  const rest = x - k * LN_2_HIGH - k * LN_2_LOW;
  return polynomial(EXP_SERIES, rest) * powerOfTwo(k);
}

function lnRatio(x, denominator) {
  let y = denominator;
  let k = 0;
  while (x > 1.5 * y) {
    y *= 2;
    k += 1;
  }
  while (x < 0.75 * y) {
    y *= 0.5;
    k -= 1;
  }
  const s = (x - y) / (x + y);
  return k * LN_2 + 2 * s * polynomial(ARTANH_SERIES, s * s);
}

function sin(x) {
  const square = x * x;
  let term = x;
  let sum = x;
  for (let n = 1; n <= 12; n += 1) {
    term = (-term * square) / (2 * n * (2 * n + 1));
    sum += term;
  }
  return sum;
}

const halfAngle = (x) => x / Math.sqrt(2 * (1 + Math.sqrt((1 - x) * (1 + x))));

function asin(x) {
  const quarter = halfAngle(halfAngle(x));
  const square = quarter * quarter;
  let term = quarter;
  let sum = quarter;
  for (let n = 1; n <= 16; n += 1) {
    term = (term * square * (2 * n - 1)) / (2 * n);
    sum += term / (2 * n + 1);
  }
  return 4 * sum;
}

// The normal distribution: W. J. Cody, "Rational Chebyshev Approximations for the Error Function", 1969.

const SQRT_HALF = 0.7071067811865476;
const INVERSE_SQRT_PI = 5.641895835477563e-1;
const NEAR_OVER = [
  1.8577770618460315e-1, 3.1611237438705656, 1.1386415415105016e2, 3.7748523768530200e2, 3.2093775891384695e3,
];
const NEAR_UNDER = [
  1, 2.3601290952344121e1, 2.4402463793444417e2, 1.2826165260773723e3, 2.8442368334391710e3,
];
const MIDDLE_OVER = [
  2.1531153547440385e-8, 5.6418849698867010e-1, 8.8831497943883760, 6.6119190637141630e1, 2.9863513819740010e2,
  8.8195222124176900e2, 1.7120476126340706e3, 2.0510783778260715e3, 1.2303393547979972e3,
];
const MIDDLE_UNDER = [
  1, 1.5744926110709835e1, 1.1769395089131250e2, 5.3718110186200990e2, 1.6213895745666902e3, 3.2907992357334596e3,
  4.3626190901432470e3, 3.4393676741437216e3, 1.2303393548037494e3,
];
const FAR_OVER = [
  1.6315387137302098e-2, 3.0532663496123234e-1, 3.6034489994980444e-1, 1.2578172611122925e-1,
  1.6083785148742280e-2, 6.5874916152983780e-4,
];
const FAR_UNDER = [
  1, 2.5685201922898220, 1.8729528499234605, 5.2790510295142840e-1, 6.0518341312441320e-2, 2.3352049762686918e-3,
];

function erfcScaled(y) {
  if (y <= 4) return polynomial(MIDDLE_OVER, y) / polynomial(MIDDLE_UNDER, y);
  const inverse = 1 / (y * y);
  const correction = (inverse * polynomial(FAR_OVER, inverse)) / polynomial(FAR_UNDER, inverse);
  return (INVERSE_SQRT_PI - correction) / y;
}

function cdf(x) {
  const y = Math.abs(x) * SQRT_HALF;
  if (y <= 0.46875) {
    const square = y * y;
    const erf = (y * polynomial(NEAR_OVER, square)) / polynomial(NEAR_UNDER, square);
    return x < 0 ? 0.5 - 0.5 * erf : 0.5 + 0.5 * erf;
  }
  const tail = 0.5 * erfcScaled(y) * exp(-0.5 * x * x);
  return x < 0 ? tail : 1 - tail;
}

// The bivariate normal distribution: A. Genz, "Numerical computation of rectangular bivariate and trivariate normal and t
// probabilities", 2004.

const TWO_PI = 6.283185307179586;
const STRONG = 0.925;
const EXPONENT_MIN = -100;
const RULE_6 = [
  [-0.9324695142031521, 0.1713244923791703], [-0.6612093864662645, 0.3607615730481386],
  [-0.2386191860831969, 0.4679139345726911],
];
const RULE_12 = [
  [-0.9815606342467192, 0.04717533638651183], [-0.9041172563704749, 0.1069393259953184],
  [-0.7699026741943047, 0.1600783285433462], [-0.5873179542866174, 0.2031674267230659],
  [-0.3678314989981802, 0.2334925365383548], [-0.1252334085114689, 0.2491470458134028],
];
const RULE_20 = [
  [-0.9931285991850949, 0.01761400713915212], [-0.9639719272779138, 0.04060142980038694],
  [-0.9122344282513259, 0.06267204833410906], [-0.8391169718222188, 0.08327674157670475],
  [-0.7463319064601508, 0.1019301198172404], [-0.6360536807265150, 0.1181945319615184],
  [-0.5108670019508271, 0.1316886384491766], [-0.3737060887154196, 0.1420961093183820],
  [-0.2277858511416451, 0.1491729864726037], [-0.07652652113349733, 0.1527533871307259],
];

function rule(size) {
  if (size < 0.3) return RULE_6;
  return size < 0.75 ? RULE_12 : RULE_20;
}

function weakPoint(angle, node, weight) {
  const at = sin((angle * (node + 1)) / 2);
  return { at, aside: 1 - at * at, weight };
}

function strongPoint(reach, node, weight) {
  const x = (reach * (node + 1)) / 2;
  const at = x * x;
  return { at, aside: Math.sqrt(1 - at), weight };
}

// A correlation with what every evaluation at it shares.
function correlationOf(r) {
  const isWeak = Math.abs(r) < STRONG;
  const reach = isWeak ? asin(r) : Math.sqrt((1 - r) * (1 + r));
  const place = isWeak ? weakPoint : strongPoint;
  const points = rule(Math.abs(r)).flatMap(([node, weight]) => [
    place(reach, node, weight),
    place(reach, -node, weight),
  ]);
  return { r, reach, points };
}

function upperWeak({ reach, points }, h, k) {
  const hk = h * k;
  const hs = (h * h + k * k) / 2;
  let sum = 0;
  for (const point of points) sum += point.weight * exp((point.at * hk - hs) / point.aside);
  return (sum * reach) / (2 * TWO_PI) + cdf(-h) * cdf(-k);
}

function byHand(a, hk, bs, c, d) {
  const square = a * a;
  const bend = 1 - (d * bs) / 5;
  let sum = 0;
  const exponent = -(bs / square + hk) / 2;
  if (exponent > EXPONENT_MIN) {
    sum = a * exp(exponent) * (1 - (c * (bs - square) * bend) / 3 + (c * d * square * square) / 5);
  }
  if (hk > EXPONENT_MIN) {
    const b = Math.sqrt(bs);
    sum -= exp(-hk / 2) * Math.sqrt(TWO_PI) * cdf(-b / a) * b * (1 - (c * bs * bend) / 3);
  }
  return sum;
}

function correction({ reach, points }, h, k) {
  if (reach <= 0) return 0;
  const hk = h * k;
  const bs = (h - k) * (h - k);
  const c = (4 - hk) / 8;
  const d = (12 - hk) / 16;
  let sum = byHand(reach, hk, bs, c, d);
  for (const point of points) {
    const exponent = -(bs / point.at + hk) / 2;
    if (exponent > EXPONENT_MIN) {
      const beside = 1 + point.aside;
      const exact = exp((-hk * point.at) / (2 * beside * beside)) / point.aside;
      const expanded = 1 + c * point.at * (1 + d * point.at);
      sum += (reach / 2) * point.weight * exp(exponent) * (exact - expanded);
    }
  }
  return -sum / TWO_PI;
}

function upperStrong(correlation, h, k) {
  if (correlation.r > 0) return cdf(h > k ? -h : -k) + correction(correlation, h, k);
  const turned = -k;
  let between = 0;
  if (turned > h) between = h < 0 ? cdf(turned) - cdf(h) : cdf(-h) - cdf(-turned);
  return between - correction(correlation, h, turned);
}

const clamp = (p) => (p < 0 ? 0 : p > 1 ? 1 : p);

function upper(correlation, h, k) {
  const isWeak = Math.abs(correlation.r) < STRONG;
  return clamp(isWeak ? upperWeak(correlation, h, k) : upperStrong(correlation, h, k));
}

// The touch probability.

const SHIFT = 0.5826;
const STEP_MS = 100;

function windowOf(inputs, factor) {
  const sigma = (inputs.sigma_ppb / PPB) * factor;
  const deviation = (ms) => sigma * Math.sqrt(ms / 1000);
  const shift = inputs.crossing === "tick" ? SHIFT * deviation(STEP_MS) : 0;
  const atEnd = deviation(inputs.until_ms);
  if (inputs.from_ms <= 0) return { isOpen: true, atEnd, shift };
  const rho = Math.sqrt(inputs.from_ms / inputs.until_ms);
  return { isOpen: false, atStart: deviation(inputs.from_ms), atEnd, shift, correlation: correlationOf(-rho) };
}

function reachedFromBelow(window, e) {
  const { isOpen, atStart, atEnd, shift, correlation } = window;
  if (!isOpen) return 2 * upper(correlation, -e / atStart, (e + shift) / atEnd);
  return e > 0 ? 2 * cdf(-(e + shift) / atEnd) : 0;
}

/** The probability that the band is touched in the window, at `factor` times the volatility; for sound inputs. */
export function touchProbability(inputs, factor) {
  const window = windowOf(inputs, factor);
  const a = lnRatio(inputs.low, inputs.price);
  const b = lnRatio(inputs.high, inputs.price);
  const below = window.isOpen ? Number(a > 0) : cdf(a / window.atStart);
  const notAbove = window.isOpen ? Number(b >= 0) : cdf(b / window.atStart);
  return clamp(notAbove - below + reachedFromBelow(window, a) + reachedFromBelow(window, -b));
}

// The calibrator, as published.

const MONEYNESS = [0, 0.5, 1, 1.5, 2];
const AHEAD = [2, 4, 8, 16];

function bucketOf(inputs) {
  const distance = Math.max(inputs.low - inputs.price, inputs.price - inputs.high, 0);
  const deviation = inputs.price * (inputs.sigma_ppb / PPB) * Math.sqrt(inputs.until_ms / 1000);
  const between = Math.floor(Math.max(inputs.from_ms, 0) / (inputs.until_ms - inputs.from_ms));
  return {
    moneyness: MONEYNESS.filter((bound) => distance > bound * deviation).length,
    ahead: AHEAD.filter((bound) => between >= bound).length,
  };
}

function interpolate(knots, p) {
  const after = knots.findIndex(([x]) => x > p);
  if (after === 0) return knots[0][1];
  if (after < 0) return knots[knots.length - 1][1];
  const [[x0, y0], [x1, y1]] = [knots[after - 1], knots[after]];
  return y0 + Number((BigInt(y1 - y0) * BigInt(p - x0)) / BigInt(x1 - x0));
}

function protect(p, inputs, calibrator) {
  if (!calibrator || calibrator.buckets.length === 0) return p;
  const { moneyness, ahead } = bucketOf(inputs);
  const bucket = calibrator.buckets.find((one) => one.moneyness === moneyness && one.ahead === ahead);
  if (!bucket) return p;
  const mapped = interpolate(bucket.knots, p);
  return calibrator.two_sided ? mapped : Math.max(mapped, p);
}

// The integer end.

/** The rate in hundredths for a probability in ppb and an edge in basis points; `null`: not offered. */
export function rateOf(p_ppb, edge_bp) {
  if (p_ppb < 1 || p_ppb > PPB || edge_bp < 0 || edge_bp >= BASIS_POINTS) return null;
  const over = 100n * BigInt(BASIS_POINTS - edge_bp) * BigInt(PPB);
  const under = BigInt(BASIS_POINTS) * BigInt(p_ppb);
  if (over < RATE_MIN * under || over > OFFERED_MAX * under) return null;
  const hundredths = over / under;
  if (hundredths < RATE_MIN) return Number(RATE_MIN);
  return Number(hundredths > RATE_MAX ? RATE_MAX : hundredths);
}

const NUMBERS = ["price", "low", "high", "from_ms", "until_ms", "sigma_ppb", "edge_bp"];
const within = (value, least, most) => value >= least && value <= most;

function areSound(inputs) {
  const { price, low, high, from_ms, until_ms, sigma_ppb, edge_bp, crossing } = inputs;
  return (
    NUMBERS.every((name) => Number.isSafeInteger(inputs[name])) &&
    (crossing === "tick" || crossing === "segment") &&
    low >= 1 && low < high && high <= PRICE_MAX &&
    from_ms >= -UNTIL_MS_MAX && from_ms < until_ms && within(until_ms, 1, UNTIL_MS_MAX) &&
    within(price, 1, PRICE_MAX) && within(sigma_ppb, 1, SIGMA_PPB_MAX) && within(edge_bp, 0, BASIS_POINTS - 1)
  );
}

/**
 * Prices one cell: `{p_ppb, rate}` from `{price, low, high, from_ms, until_ms, sigma_ppb, edge_bp, crossing}`, all integers
 * but `crossing` ("tick" or "segment"), and a published calibrator (none: version 0). `rate` is in hundredths, `null` when the
 * cell is not offered. Inputs that are not sound are never offered.
 */
export function priceCell(inputs, calibrator = null) {
  if (!areSound(inputs)) return { p_ppb: PPB, rate: null };
  const p = Math.max(0, ...MODEL_RISK.map((factor) => touchProbability(inputs, factor)));
  const p_ppb = protect(Math.floor(p * PPB + 0.5), inputs, calibrator);
  return { p_ppb, rate: rateOf(p_ppb, inputs.edge_bp) };
}
