//! Answers the machine's own operators, beside everything else that is served.

use super::{Answer, LINE_BYTES_MAX, Request, SocketPath};
use stall::Accounts;
use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use web::Closing;

/// How long whoever connects may take to say what they want.
const REQUEST_MAX: Duration = Duration::from_secs(5);
/// After an accept that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// The accounts of the open stalls, by their names.
pub type ControlledAccounts = HashMap<&'static str, Arc<dyn Accounts>>;

/// Answers on the socket in `data` until the process closes. A folder that cannot hold a socket costs these commands and
/// nothing else.
pub async fn serve(data: std::path::PathBuf, accounts: ControlledAccounts, mut closing: Closing) {
    let (listener, _socket) = match listen(&data) {
        Ok(listening) => listening,
        Err(error) => {
            let folder = data.display().to_string();
            tracing::warn!(%error, folder, "no socket for commands beside this server; stop it to add accounts");
            return closing.wait().await;
        }
    };
    loop {
        tokio::select! {
            () = closing.wait() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => answer(stream, &accounts).await,
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }
    let _ = std::fs::remove_file(data.join("control.sock"));
}

fn listen(data: &Path) -> std::io::Result<(UnixListener, SocketPath)> {
    let socket = SocketPath::in_folder(data)?;
    // Whoever holds the folder's databases is the only one to answer: what lies there is left behind.
    let _ = std::fs::remove_file(&socket.path);
    let listener = UnixListener::bind(&socket.path)?;
    std::fs::set_permissions(&socket.path, std::fs::Permissions::from_mode(0o600))?;
    Ok((listener, socket))
}

async fn answer(mut stream: UnixStream, accounts: &ControlledAccounts) {
    let (reader, mut writer) = stream.split();
    let mut line = String::new();
    let mut reader = BufReader::new(reader.take(LINE_BYTES_MAX));
    let read = tokio::time::timeout(REQUEST_MAX, reader.read_line(&mut line)).await;
    let answer = match (read, serde_json::from_str(&line)) {
        (Ok(Ok(_)), Ok(request)) => handle(request, accounts).await,
        _ => Err("the request cannot be read".to_owned()),
    };
    let mut text = serde_json::to_vec(&answer).unwrap_or_default();
    text.push(b'\n');
    // Whoever asked may have gone away; what was done is done, and in the audit.
    let _ = writer.write_all(&text).await;
}

async fn handle(request: Request, accounts: &ControlledAccounts) -> Answer {
    let Request::AddAccount { stall, account } = request;
    match accounts.get(stall.as_str()) {
        Some(accounts) => accounts.add(account).await,
        None => Err(format!("{stall} has no accounts of its own, or is not open")),
    }
}
