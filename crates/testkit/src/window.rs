//! One browser window over the WebDriver protocol: the few commands our walks need, synchronous.
//!
//! A crate for the whole protocol would bring some thirty others with it; this needs none. Waiting and judging
//! are the tests' own business.

use crate::browser::Browser;
use crate::http::Client;
use serde_json::{Map, Value, json};
use std::sync::Mutex;

/// The name under which the protocol hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys that are no letters, as the protocol writes them.
pub mod key {
    pub const TAB: &str = "\u{E004}";
    pub const ENTER: &str = "\u{E007}";
    pub const SPACE: &str = "\u{E00D}";
    pub const HOME: &str = "\u{E011}";
    pub const UP: &str = "\u{E013}";
    pub const RIGHT: &str = "\u{E014}";
}

/// An open window; dropping it closes it.
#[derive(Debug)]
pub struct Window {
    client: Mutex<Client>,
    session: String,
}

/// An element of the present page. It goes stale when the page changes; commands on it then fail.
#[derive(Debug, Clone)]
pub struct Element(String);

impl Window {
    /// Opens a window of this size in CSS pixels. Panics when the browser does not start.
    #[must_use]
    pub fn open(browser: &Browser, width: u32, height: u32) -> Self {
        let mut client = Client::new(browser.address());
        let capabilities: Map<String, Value> = browser.capabilities(width, height);
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let opened = send(&mut client, "POST", "/session", &body).expect("Chromium opens a window");
        let session = opened["sessionId"].as_str().expect("a session has an id").to_owned();
        Self { client: Mutex::new(client), session }
    }

    fn command(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let path = format!("/session/{}{path}", self.session);
        let mut client = self.client.lock().expect("no command panics while it holds the connection");
        send(&mut client, method, &path, body)
    }

    /// Goes to an address and waits until it has loaded.
    pub fn goto(&self, url: &str) -> Result<(), String> {
        self.command("POST", "/url", &json!({ "url": url })).map(drop)
    }

    /// The present address.
    pub fn url(&self) -> Result<String, String> {
        self.command("GET", "/url", &Value::Null).map(into_text)
    }

    /// All elements that match now.
    pub fn find_all(&self, css: &str) -> Result<Vec<Element>, String> {
        let found = self.command("POST", "/elements", &json!({ "using": "css selector", "value": css }))?;
        let ids = found.as_array().into_iter().flatten().filter_map(|found| found[ELEMENT].as_str());
        Ok(ids.map(|id| Element(id.to_owned())).collect())
    }

    /// The element that has the focus.
    pub fn focused(&self) -> Result<Element, String> {
        let found = self.command("GET", "/element/active", &Value::Null)?;
        found[ELEMENT]
            .as_str()
            .map(|id| Element(id.to_owned()))
            .ok_or_else(|| "nothing has the focus".to_owned())
    }

    /// Scrolls to an element and clicks its middle.
    pub fn click(&self, element: &Element) -> Result<(), String> {
        self.command("POST", &format!("/element/{}/click", element.0), &json!({})).map(drop)
    }

    /// Presses and releases the mouse at a place of the window, in CSS pixels: for pictures, where places matter.
    pub fn click_at(&self, x: i64, y: i64) -> Result<(), String> {
        let acts = json!([
            { "type": "pointerMove", "duration": 0, "x": x, "y": y },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ]);
        let mouse = json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": acts });
        self.command("POST", "/actions", &json!({ "actions": [mouse] })).map(drop)
    }

    /// Empties a field.
    pub fn clear(&self, element: &Element) -> Result<(), String> {
        self.command("POST", &format!("/element/{}/clear", element.0), &json!({})).map(drop)
    }

    /// Types into an element.
    pub fn send_keys(&self, element: &Element, text: &str) -> Result<(), String> {
        self.command("POST", &format!("/element/{}/value", element.0), &json!({ "text": text })).map(drop)
    }

    /// The text a visitor sees in an element.
    pub fn text(&self, element: &Element) -> Result<String, String> {
        self.command("GET", &format!("/element/{}/text", element.0), &Value::Null).map(into_text)
    }

    /// Runs a script in the page and returns what it returns.
    pub fn execute(&self, script: &str, args: &[&str]) -> Result<Value, String> {
        self.command("POST", "/execute/sync", &json!({ "script": script, "args": args }))
    }

    /// Runs a script that hands its result to its last argument, a function.
    pub fn execute_async(&self, script: &str, args: &[&str]) -> Result<Value, String> {
        self.command("POST", "/execute/async", &json!({ "script": script, "args": args }))
    }

    /// What the console has said since the last call: failed scripts, refused and missing resources.
    pub fn console(&self) -> Result<Vec<Value>, String> {
        let entries = self.command("POST", "/se/log", &json!({ "type": "browser" }))?;
        Ok(entries.as_array().cloned().unwrap_or_default())
    }

    /// A PNG of what the window shows, in base64.
    pub fn screenshot(&self) -> Result<String, String> {
        self.command("GET", "/screenshot", &Value::Null).map(into_text)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The browser's own destructor ends it in any case.
        let _closed = self.command("DELETE", "", &Value::Null);
    }
}

fn send(client: &mut Client, method: &str, path: &str, body: &Value) -> Result<Value, String> {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let answer =
        client.send(method, path, &[], &body).map_err(|error| format!("{method} {path}: {error}"))?;
    let value = &answer.json["value"];
    if answer.status == 200 {
        return Ok(value.clone());
    }
    Err(format!("{}: {}", value["error"].as_str().unwrap_or("?"), value["message"].as_str().unwrap_or("?")))
}

fn into_text(value: Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
