//! The row of the simulated Telegram: its arguments, and the addresses that it hands out.

use super::{APP_URL, BOT_TOKEN, TelegramSettings, start};
use crate::{Mock, MockOptions, Running, Starting};
use clap::{Arg, ArgMatches};
use web::Closing;

/// With what a server that is handed these addresses may sign its webhook.
const WEBHOOK_SECRET: &str = "simulated-webhook";

/// Telegram: the Bot API, and a client with invented users.
pub const MOCK: Mock = Mock {
    name: "telegram",
    about: "Telegram: the Bot API with Stars and webhooks, and a client that shows a Mini App to invented users",
    listen: "127.0.0.1:9110",
    arguments,
    fault_example: "/control?fault=twice",
    launch,
};

fn arguments() -> Vec<Arg> {
    vec![
        Arg::new("token").long("token").help("The bot's token").default_value(BOT_TOKEN),
        Arg::new("app").long("app").help("Where the Mini App is").default_value(APP_URL),
    ]
}

fn launch(options: MockOptions, matches: ArgMatches, closing: Closing) -> Starting {
    Box::pin(async move {
        let text =
            |name: &str, usual: &str| matches.get_one(name).cloned().unwrap_or_else(|| usual.to_owned());
        let settings = TelegramSettings {
            listen: options.listen,
            token: text("token", BOT_TOKEN),
            app_url: text("app", APP_URL),
            ..TelegramSettings::default()
        };
        let simulated = start(settings, options.clock, closing).await?;
        let url = simulated.url();
        let endpoints = vec![
            ("funpot.auth_telegram_bot_token", text("token", BOT_TOKEN)),
            ("funpot.telegram_api_url", url.clone()),
            ("funpot.telegram_webhook_secret", WEBHOOK_SECRET.to_owned()),
            ("funpot.telegram_client_url", url),
        ];
        Ok(Running { address: simulated.address(), endpoints, task: tokio::spawn(simulated.ended()) })
    })
}
