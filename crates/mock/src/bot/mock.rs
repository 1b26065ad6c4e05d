//! The row of the bot.

use super::control::{self, Control, Shared};
use super::orders;
use super::publish::{Outbox, Sink};
use crate::{Mock, MockOptions, Running, Starting};
use clap::ArgMatches;
use outbound::HttpClient;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use web::Closing;

/// A trading bot.
pub const MOCK: Mock = Mock {
    name: "bot",
    about: "Trading bots that publish what they do: over NATS where there is one, over HTTP otherwise",
    listen: "127.0.0.1:9150",
    arguments: orders::arguments,
    fault_example: "/control?fault=silent",
    launch,
};

fn launch(options: MockOptions, matches: ArgMatches, closing: Closing) -> Starting {
    Box::pin(async move {
        let listener = crate::loopback(options.listen).await?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let outbox = Arc::new(Mutex::new(Outbox::default()));
        let sink = sink(&matches, &outbox).await?;
        let shared = Shared::new(options.clock, sink);
        let control = Control { shared, outbox, closing: closing.clone() };
        if let Some(orders) = orders::of_arguments(&matches) {
            control.start(orders);
        }
        let router = control::router(control);
        let task = tokio::spawn(async move {
            web::serve(listener, router, closing).await;
        });
        Ok(Running { address, endpoints: vec![("tiris.bot_url", format!("http://{address}"))], task })
    })
}

async fn sink(matches: &ArgMatches, outbox: &Arc<Mutex<Outbox>>) -> Result<Sink, String> {
    let (nats, server) = (orders::text(matches, "nats"), orders::text(matches, "server"));
    if !nats.is_empty() {
        return Sink::nats(&nats).await;
    }
    if server.is_empty() {
        return Ok(Sink::Kept(Arc::clone(outbox)));
    }
    Ok(Sink::Http {
        client: HttpClient::new(Duration::from_secs(10)),
        url: format!("{}/tiris/v1/events", server.trim_end_matches('/')),
        api_key: orders::text(matches, "api-key"),
    })
}
