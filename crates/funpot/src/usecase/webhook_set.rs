//! Telegram is told where its updates go, and with which secret.

use crate::app::App;
use crate::gateway::BotFault;

/// Tells it. Errors: it does not answer, or refuses.
pub async fn run(app: &App) -> Result<(), BotFault> {
    let url = format!("{}/funpot/integrations/telegram/payments", app.settings.public_url);
    app.bot.set_webhook(&url, &app.settings.telegram_webhook_secret).await
}
