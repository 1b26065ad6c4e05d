//! The row of the simulated mail server.

use super::start;
use crate::{Mock, MockOptions, Running, Starting};
use clap::ArgMatches;
use web::Closing;

/// A mail server that keeps what it is sent.
pub const MOCK: Mock = Mock {
    name: "smtp",
    about: "A mail server that keeps what it is sent; read it at /mails of its address, SMTP is on the next port",
    listen: "127.0.0.1:9160",
    arguments: Vec::new,
    fault_example: "/control?fault=later",
    launch,
};

fn launch(options: MockOptions, _: ArgMatches, closing: Closing) -> Starting {
    Box::pin(async move {
        let simulated = start(options.listen, closing).await?;
        let smtp = simulated.smtp_address();
        let endpoints = vec![
            ("mail.smtp_host", smtp.ip().to_string()),
            ("mail.smtp_port", smtp.port().to_string()),
            ("mail.smtp_tls", "none".to_owned()),
            ("mail.outbox_url", format!("{}/mails", simulated.url())),
        ];
        Ok(Running { address: simulated.address(), endpoints, task: tokio::spawn(simulated.ended()) })
    })
}
