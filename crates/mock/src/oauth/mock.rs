//! The row of the identity providers.

use super::clients::{CLIENT_ID, CLIENT_SECRET};
use super::serve;
use super::state::Providers;
use crate::{Mock, MockOptions, Running, Starting};
use clap::ArgMatches;
use web::Closing;

/// Both providers.
pub const MOCK: Mock = Mock {
    name: "oauth",
    about: "Two identity providers: Google with rotating keys, and WeChat with both of its doors",
    listen: "127.0.0.1:9130",
    arguments: Vec::new,
    fault_example: "/control?provider=google&fault=wrong_audience",
    launch,
};

fn launch(options: MockOptions, _: ArgMatches, closing: Closing) -> Starting {
    Box::pin(async move {
        let listener = crate::loopback(options.listen).await?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let providers = Providers::new(address, options.seed, options.clock);
        let endpoints = endpoints(&providers);
        let router = serve::router(providers);
        let task = tokio::spawn(async move {
            web::serve(listener, router, closing).await;
        });
        Ok(Running { address, endpoints, task })
    })
}

fn endpoints(providers: &Providers) -> Vec<(&'static str, String)> {
    let (google, wechat) = (providers.url("google"), providers.url("wechat"));
    vec![
        ("tiris.google_client_id", CLIENT_ID.to_owned()),
        ("tiris.google_client_secret", CLIENT_SECRET.to_owned()),
        ("tiris.google_issuer", google.clone()),
        ("tiris.google_discovery_url", format!("{google}/.well-known/openid-configuration")),
        ("tiris.wechat_api_url", wechat.clone()),
        ("tiris.wechat_open_url", wechat),
    ]
}
