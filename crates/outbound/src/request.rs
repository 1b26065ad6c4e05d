//! What is asked, and what came back.

/// How something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Sends a body.
    Post,
}

/// A request. Its `Debug` form hides everything but the method: URL, headers and body may carry secrets.
#[derive(Clone)]
pub struct Request {
    /// How.
    pub method: Method,
    /// What, `http://…` or `https://…`, with its query.
    pub url: String,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for a read.
    pub body: Vec<u8>,
}

impl Request {
    /// A read.
    #[must_use]
    pub const fn get(url: String) -> Self {
        Self { method: Method::Get, url, headers: Vec::new(), body: Vec::new() }
    }

    /// A form, already encoded.
    #[must_use]
    pub fn post_form(url: String, form: String) -> Self {
        let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
        Self { method: Method::Post, url, headers, body: form.into_bytes() }
    }

    /// JSON, already encoded.
    #[must_use]
    pub fn post_json(url: String, json: String) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { method: Method::Post, url, headers, body: json.into_bytes() }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Request({:?}, the rest hidden)", self.method)
    }
}

/// What came back, whatever its status. Its `Debug` form hides the body.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Headers, names in lower case; those that are no text are left out.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of that name, in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the status is one of success.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Answer({}, {} bytes hidden)", self.status, self.body.len())
    }
}
