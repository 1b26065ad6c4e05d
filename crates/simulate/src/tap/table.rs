//! The report as a table for people. Pure.

use super::args::Strategy;
use super::report::{Bucket, Report};
use super::tally::{Measured, Sums};
use kernel::grouped;
use std::fmt::Write as _;

/// The whole text.
#[must_use]
pub(super) fn render(report: &Report) -> String {
    let mut text = String::new();
    // Writing to memory cannot fail.
    let _ = head(&mut text, report);
    let _ = house(&mut text, report);
    let _ = buckets(&mut text, report);
    let _ = refusals(&mut text, report);
    let _ = proofs(&mut text, report);
    let _ = speed(&mut text, report);
    text
}

fn head(text: &mut String, report: &Report) -> std::fmt::Result {
    let strategy = match report.strategy {
        Strategy::Even => "tap anywhere",
        Strategy::Near => "tap near the price",
        Strategy::Sharp => "know the true odds",
    };
    let prices = match report.volatility_percent {
        Some(percent) => format!("seed {}, volatility {percent} % a year", report.seed),
        None => format!("seed {}, prices of {}", report.seed, report.prices),
    };
    let time = duration(report.betting_s);
    writeln!(text, "simulate tap: {time} of betting, {prices}, {} players who {strategy}\n", report.players)?;
    let price = |cents: Option<i64>| cents.map_or_else(|| "none".to_owned(), money);
    let (first, last) = (price(report.first_price), price(report.last_price));
    entry(text, "ticks", &format!("{}, from {first} to {last}", grouped(report.ticks.cast_signed())))?;
    let heights: Vec<_> = report.row_heights.iter().map(|cents| money(*cents)).collect();
    entry(text, "row height", &heights.join(", then "))?;
    let calibrators: Vec<_> = report.calibrators.iter().map(u32::to_string).collect();
    let known = !calibrators.is_empty();
    if known {
        entry(text, "calibrator", &format!("version {}", calibrators.join(", then ")))
    } else {
        Ok(())
    }
}

fn house(text: &mut String, report: &Report) -> std::fmt::Result {
    let outcome = |name| grouped(report.outcomes.get(name).copied().unwrap_or(0).cast_signed());
    let (won, lost, void) = (outcome("won"), outcome("lost"), outcome("void"));
    let bets = grouped(report.bets.cast_signed());
    entry(
        text,
        "bets",
        &format!("{bets}: {won} won, {lost} lost, {void} void ({} refunded)", money(report.refunds)),
    )?;
    let Some(sums) = &report.house else { return entry(text, "margin", "nothing was decided") };
    entry(text, "stakes", &money(sums.stakes))?;
    entry(text, "payouts", &money(sums.payouts))?;
    let Measured { value, error } = sums.margin;
    let (margin, error) = (percent(value), percent(error));
    let (edge, promised) = (percent(sums.edge), percent(sums.promised));
    entry(
        text,
        "margin",
        &format!("{margin} % (standard error {error}); stated edge {edge} %, quoted {promised} %"),
    )
}

fn buckets(text: &mut String, report: &Report) -> std::fmt::Result {
    let names = [
        "chance",
        "bets",
        "quoted %",
        "model %",
        "at tap %",
        "touched %",
        "± s.e.",
        "stakes",
        "margin %",
        "± s.e.",
    ];
    writeln!(text)?;
    row(text, &names.map(str::to_owned))?;
    for Bucket { from_percent, below_percent, sums } in &report.buckets {
        row(text, &cells(format!("{from_percent}-{below_percent} %"), sums))?;
    }
    if let Some(sums) = &report.house {
        row(text, &cells("all".to_owned(), sums))?;
    }
    writeln!(text)
}

fn cells(name: String, sums: &Sums) -> [String; 10] {
    let Sums { touched, margin, .. } = sums;
    [
        name,
        grouped(sums.bets.cast_signed()),
        percent(sums.quoted),
        percent(sums.at_quote),
        percent(sums.at_tap),
        percent(touched.value),
        percent(touched.error),
        money(sums.stakes),
        percent(margin.value),
        percent(margin.error),
    ]
}

fn row(text: &mut String, cells: &[String; 10]) -> std::fmt::Result {
    const WIDTHS: [usize; 9] = [10, 10, 9, 10, 11, 8, 16, 10, 8];
    write!(text, "  {:<10}", cells[0])?;
    for (cell, width) in cells[1..].iter().zip(WIDTHS) {
        write!(text, "{cell:>width$}")?;
    }
    writeln!(text)
}

fn refusals(text: &mut String, report: &Report) -> std::fmt::Result {
    let refused: u64 = report.refused.values().sum();
    let codes: Vec<_> = report.refused.iter().map(|(code, count)| format!("{code} {count}")).collect();
    let (refused, taps) = (grouped(refused.cast_signed()), grouped(report.taps.cast_signed()));
    let codes = if codes.is_empty() { String::new() } else { format!(": {}", codes.join(", ")) };
    let share = percent(report.refused.values().sum::<u64>() as f64 / (report.taps.max(1) as f64));
    entry(text, "refused", &format!("{refused} of {taps} taps, {share} %{codes}"))?;
    entry(text, "moved", &moved(report))?;
    let Some(sums) = &report.booked_fresh else { return Ok(()) };
    let Measured { value, error } = sums.margin;
    let (bets, margin, error) = (grouped(sums.bets.cast_signed()), percent(value), percent(error));
    entry(
        text,
        "booked fresh",
        &format!("{bets} bets, of whose stakes the house kept {margin} % (standard error {error})"),
    )
}

/// The taps that the price had left behind, and under which habits.
fn moved(report: &Report) -> String {
    let moved = report.refused.get("quote_moved").copied().unwrap_or(0);
    let share = percent(moved as f64 / report.taps.max(1) as f64);
    let accepted = report
        .tolerance_percent
        .map_or_else(|| "no least rate".to_owned(), |percent| format!("{percent} % less accepted"));
    let (rhythm, delay) = (report.rhythm_ms, report.delay_ms);
    format!(
        "{share} % of taps refused for it; {accepted}, grids every {rhythm} ms, up to {delay} ms on the way"
    )
}

fn proofs(text: &mut String, report: &Report) -> std::fmt::Result {
    let hold: Vec<_> =
        report.proofs.hold.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    entry(
        text,
        "proofs",
        &format!("verified: {}", if hold.is_empty() { "none".to_owned() } else { hold.join(", ") }),
    )?;
    report.proofs.failed.iter().try_for_each(|failed| entry(text, "", failed))
}

fn speed(text: &mut String, report: &Report) -> std::fmt::Result {
    let (simulated, took) = (duration(report.simulated_s), duration(report.took_s));
    entry(text, "speed", &format!("{simulated} in {took}: {:.0} times real time", report.speed))?;
    entry(text, "fingerprint", &report.fingerprint)?;
    writeln!(text)
}

fn entry(text: &mut String, name: &str, value: &str) -> std::fmt::Result {
    writeln!(text, "  {name:<12}  {value}")
}

fn percent(share: f64) -> String {
    format!("{:.2}", share * 100.0)
}

/// `1,234.56` of cents.
fn money(cents: i64) -> String {
    kernel::Currency { code: "", scale: 2, sign: "" }.write(cents)
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 7_200.0 => format!("{:.1} h", s / 3_600.0),
        s if s >= 120.0 => format!("{:.1} min", s / 60.0),
        s => format!("{s:.1} s"),
    }
}
