//! How both providers know their one client. These protect nothing: the providers do not exist.

/// Our name at the simulated Google.
pub const CLIENT_ID: &str = "mock-client.apps.example.com";
/// Our secret there.
pub const CLIENT_SECRET: &str = "mock-google-secret";
/// Our website's application at the simulated WeChat.
pub const WECHAT_APP_ID: &str = "wxmockwebsite";
/// Our application inside its app.
pub const WECHAT_IN_APP_ID: &str = "wxmockinapp";
/// The secret of both.
pub const WECHAT_APP_SECRET: &str = "mock-wechat-secret";
