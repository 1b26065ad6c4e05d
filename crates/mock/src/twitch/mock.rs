//! The row of the simulated Twitch.

use super::start;
use crate::{Mock, MockOptions, Running, Starting};
use clap::ArgMatches;
use web::Closing;

/// Twitch: app tokens, users and streams.
pub const MOCK: Mock = Mock {
    name: "twitch",
    about: "Twitch: app tokens, users and streams of invented channels, with the rate limit's headers",
    listen: "127.0.0.1:9120",
    arguments: Vec::new,
    fault_example: "/control?fault=limited",
    launch,
};

fn launch(options: MockOptions, _: ArgMatches, closing: Closing) -> Starting {
    Box::pin(async move {
        let simulated = start(options.listen, options.clock, closing).await?;
        let url = simulated.url();
        let endpoints = vec![("funpot.twitch_api_url", url.clone()), ("funpot.twitch_auth_url", url)];
        Ok(Running { address: simulated.address(), endpoints, task: tokio::spawn(simulated.ended()) })
    })
}
