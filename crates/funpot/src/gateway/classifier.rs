//! What asks a model of somebody else's for the label of a picture: any endpoint that speaks OpenAI's chat completions.
//!
//! What never happens here: the endpoint's key in an error, a log line or a `Debug` text.

use crate::domain::prompt::PromptTerms;
use outbound::{HttpClient, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// Longest wait for an answer, whatever a prompt says.
const TIME_MAX: Duration = Duration::from_secs(60);
/// Bytes of an answer that are kept.
const KEPT_BYTES: usize = 2_000;

/// Where the endpoint is.
#[derive(Clone, Default)]
pub struct ClassifierSettings {
    /// Its address up to `/chat/completions`; empty: nothing is classified here.
    pub url: String,
    /// Its key.
    pub api_key: String,
}

impl std::fmt::Debug for ClassifierSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClassifierSettings({}, key hidden)", self.url)
    }
}

/// Why there is no label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClassifierFault {
    /// No endpoint is configured.
    #[error("no classifier is configured")]
    NotConfigured,
    /// No answer in time, or none that can be read; another try may get one.
    #[error("the classifier cannot be reached: {0}")]
    Unreachable(String),
}

/// What a model said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classified {
    /// As it wrote it.
    pub label: String,
    /// Basis points; none: it did not say.
    pub confidence_bp: Option<i64>,
    /// Its whole answer, cut.
    pub raw: String,
    /// Milliseconds.
    pub latency_ms: i64,
    /// Tokens read and written.
    pub tokens: (Option<i64>, Option<i64>),
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<CompletionChoice>,
    #[serde(default)]
    usage: Usage,
}

#[derive(Deserialize)]
struct CompletionChoice {
    message: CompletionMessage,
}

#[derive(Deserialize)]
struct CompletionMessage {
    content: String,
}

#[derive(Default, Deserialize)]
struct Usage {
    prompt_tokens: Option<i64>,
    completion_tokens: Option<i64>,
}

#[derive(Deserialize)]
struct LabelAnswer {
    label: String,
    confidence: Option<serde_json::Number>,
}

/// The endpoint.
#[derive(Debug)]
pub struct Classifier {
    http: HttpClient,
    settings: ClassifierSettings,
}

impl Classifier {
    /// Of these settings.
    #[must_use]
    pub fn new(settings: ClassifierSettings) -> Self {
        Self { http: HttpClient::new(TIME_MAX), settings }
    }

    /// Asks once, with the prompt's text and a picture.
    pub async fn classify(&self, terms: &PromptTerms, image: &str) -> Result<Classified, ClassifierFault> {
        if self.settings.url.is_empty() {
            return Err(ClassifierFault::NotConfigured);
        }
        let url = format!("{}/chat/completions", self.settings.url.trim_end_matches('/'));
        let request = Request::post_json(url, body(terms, image).to_string())
            .header("authorization", format!("Bearer {}", self.settings.api_key));
        let began = Instant::now();
        let time_max = Duration::from_millis(terms.timeout_ms.unsigned_abs()).min(TIME_MAX);
        let unreachable = |text: String| ClassifierFault::Unreachable(text);
        let answer = tokio::time::timeout(time_max, self.http.send(request)).await;
        let answer = answer.map_err(|_| unreachable("no answer in time".to_owned()))?;
        let answer = answer.map_err(|error| unreachable(error.to_string()))?;
        if !answer.is_success() {
            return Err(unreachable(format!("status {}", answer.status)));
        }
        let latency_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        read(&answer.body, latency_ms).ok_or_else(|| unreachable("the answer cannot be read".to_owned()))
    }
}

fn body(terms: &PromptTerms, image: &str) -> Value {
    let content = json!([
        { "type": "text", "text": terms.template },
        { "type": "image_url", "image_url": { "url": image } },
    ]);
    json!({ "model": terms.model, "max_tokens": terms.max_tokens, "temperature": terms.temperature_milli as f64 / 1_000.0,
        "messages": [{ "role": "user", "content": content }] })
}

/// The answer: JSON with a label and how sure, or a label alone.
fn read(body: &[u8], latency_ms: i64) -> Option<Classified> {
    let completion: Completion = serde_json::from_slice(body).ok()?;
    let content = completion.choices.into_iter().next()?.message.content;
    let said: Option<LabelAnswer> = serde_json::from_str(content.trim()).ok();
    let confidence = said.as_ref().and_then(|said| said.confidence.as_ref());
    Some(Classified {
        label: said.as_ref().map_or_else(|| content.trim().to_owned(), |said| said.label.clone()),
        confidence_bp: confidence
            .and_then(|number| crate::domain::live_config::stored_ratio(&number.to_string())),
        raw: content.chars().take(KEPT_BYTES).collect(),
        latency_ms,
        tokens: (completion.usage.prompt_tokens, completion.usage.completion_tokens),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(content: &str) -> Vec<u8> {
        json!({ "choices": [{ "message": { "content": content } }], "usage": { "prompt_tokens": 9, "completion_tokens": 3 } })
            .to_string()
            .into_bytes()
    }

    #[test]
    fn a_label_comes_alone_or_with_how_sure_it_is() {
        let sure = read(&answer(r#"{"label":"win","confidence":0.93}"#), 5).expect("an answer");
        assert_eq!(
            (sure.label.as_str(), sure.confidence_bp, sure.tokens),
            ("win", Some(9_300), (Some(9), Some(3)))
        );
        let bare = read(&answer(" YES "), 5).expect("an answer");
        assert_eq!((bare.label.as_str(), bare.confidence_bp), ("YES", None));
        for bad in [&b"{}"[..], b"", b"{\"choices\":[]}"] {
            assert_eq!(read(bad, 5), None);
        }
    }
}
