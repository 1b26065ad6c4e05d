//! `/rush/outbox`: the mails of the demonstration and what became of each. Nowhere else is there such a page.

use super::state::PagesState;
use super::view::{Mail, OutboxPage, When};
use super::visitor::Visitor;
use crate::usecase::mail_view;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Refusal;
use mail::template::Rendered;
use mail::{Message, State as Stands};
use web::Refused;

/// Shows the newest mails.
pub async fn show(State(state): State<PagesState>, visitor: Visitor) -> Result<Response, Refused> {
    if state.parts.demo.is_none() {
        return Err(Refusal::not_found("page").into());
    }
    let zone = visitor.tenant.fields.settings.timezone.clone();
    let mails = mail_view::newest(&state.app).await?;
    let mails = mails.into_iter().filter_map(|(message, words)| Some(shown(message, words?, &zone)));
    let page = OutboxPage {
        shell: visitor.shell("Mail"),
        mails: mails.collect(),
        server: state.parts.mail_server.clone(),
    };
    Ok(visitor.answer(StatusCode::OK, &page))
}

fn shown(message: Message, words: Rendered, zone: &str) -> Mail {
    let answer = message.answer.clone().unwrap_or_default();
    let stands = match message.state {
        Stands::Queued if message.attempts == 0 => "waits for its turn".to_owned(),
        Stands::Queued => format!("waits for its next try: {answer}"),
        Stands::Sent => format!("sent; the server said: {answer}"),
        Stands::DryRun => "not sent: there is no mail server".to_owned(),
        Stands::Failed => format!("not sent: {answer}"),
        Stands::Bounced => format!("came back: {answer}"),
    };
    Mail {
        to: message.recipient,
        subject: words.subject,
        link: link_in(&words.text),
        body: words.text,
        when: When::new(message.created_at, zone),
        stands,
    }
}

/// The path of the first link of ours in a text, whatever host it names.
fn link_in(body: &str) -> Option<String> {
    let at = body.find("http://").or_else(|| body.find("https://"))?;
    let link = body[at..].split_whitespace().next()?;
    let path = &link[link.find("/rush/")?..];
    (super::redirect::safe_return_to(path) == path).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_of_a_mail_is_followed_on_this_site() {
        let mail = "Hello,\n\nChoose: http://tickets.example/rush/reset-password?token=abc\n";
        assert_eq!(link_in(mail).as_deref(), Some("/rush/reset-password?token=abc"));
        assert_eq!(link_in("https://evil.example/other"), None);
    }
}
