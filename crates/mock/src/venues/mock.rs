//! The row of the venue simulator: its arguments, and the addresses that it hands out.

use super::{Venues, VenuesSettings, start};
use crate::{Mock, MockOptions, Running, Starting};
use clap::{Arg, ArgMatches, value_parser};
use web::Closing;

/// Cents in a dollar.
const CENTS: i64 = 100;

/// The three price venues.
pub const MOCK: Mock = Mock {
    name: "venues",
    about: "The three public price venues: seeded prices over their own protocols",
    listen: "127.0.0.1:9100",
    arguments,
    fault_example: "/control?venue=kraken&fault=silence",
    launch,
};

fn arguments() -> Vec<Arg> {
    vec![
        Arg::new("volatility")
            .long("volatility")
            .help("Volatility of a year, percent, from 0 to 1000")
            .value_parser(value_parser!(f64))
            .default_value("50"),
        Arg::new("price")
            .long("price")
            .help("The first price in dollars, more than 0")
            .value_parser(value_parser!(u32).range(1..))
            .default_value("60000"),
    ]
}

fn launch(options: MockOptions, matches: ArgMatches, closing: Closing) -> Starting {
    Box::pin(async move {
        let settings = settings(&options, &matches)?;
        Ok(start(&settings, options.clock, closing).await?.running())
    })
}

fn settings(options: &MockOptions, matches: &ArgMatches) -> Result<VenuesSettings, String> {
    let usual = VenuesSettings::default();
    let percent = matches.get_one("volatility").map_or(usual.annual_vol * 100.0, |percent: &f64| *percent);
    if !(0.0..=1_000.0).contains(&percent) {
        return Err(String::from("--volatility must be from 0 to 1000"));
    }
    let start_price =
        matches.get_one("price").map_or(usual.start_price, |dollars: &u32| i64::from(*dollars) * CENTS);
    let (seed, listen) = (options.seed, options.listen);
    Ok(VenuesSettings { seed, annual_vol: percent / 100.0, start_price, listen, ..usual })
}

impl Venues {
    fn running(self) -> Running {
        let endpoints = self.urls().into_iter().flat_map(|urls| {
            let (sockets, history) = urls.protocol.configuration_keys();
            [(sockets, urls.socket), (history, urls.history)]
        });
        let (address, endpoints) = (self.address(), endpoints.collect());
        Running { address, endpoints, task: tokio::spawn(self.ended()) }
    }
}
