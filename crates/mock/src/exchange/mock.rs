//! The row of the exchange.

use super::accounts::Exchange;
use super::serve;
use crate::{Mock, MockOptions, Running, Starting};
use clap::ArgMatches;
use web::Closing;

/// An exchange.
pub const MOCK: Mock = Mock {
    name: "exchange",
    about: "An exchange in the shapes of Binance and OKX: prices, candles, wallets behind keys, market orders",
    listen: "127.0.0.1:9140",
    arguments: Vec::new,
    fault_example: "/control?fault=away",
    launch,
};

fn launch(options: MockOptions, _: ArgMatches, closing: Closing) -> Starting {
    Box::pin(async move {
        let listener = crate::loopback(options.listen).await?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let exchange = Exchange::new(address, options.seed, options.clock);
        let url = format!("http://{}", exchange.address);
        let router = serve::router(exchange);
        let task = tokio::spawn(async move {
            web::serve(listener, router, closing).await;
        });
        let endpoints = vec![("tiris.exchange_url", url.clone()), ("tiris.okx_url", url)];
        Ok(Running { address, endpoints, task })
    })
}
