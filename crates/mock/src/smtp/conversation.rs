//! The server's side of SMTP (RFC 5321), as much of it as a client that sends mail needs.

use super::faults::Fault;
use super::kept::Mailbox;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use web::Closing;

/// How long the fault `slow` takes.
const SLOW: Duration = Duration::from_secs(3);
/// Bytes of the largest mail.
const MAIL_BYTES_MAX: usize = 10 << 20;

pub(super) async fn accept(listener: TcpListener, mailbox: Arc<Mailbox>, mut closing: Closing) {
    let mut clients = JoinSet::new();
    loop {
        tokio::select! {
            () = closing.wait() => return,
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let mailbox = Arc::clone(&mailbox);
                clients.spawn(async move {
                    // A client that goes away in the middle is no error of ours.
                    let _gone = Conversation::new(stream, mailbox).run().await;
                });
            }
        }
        while clients.try_join_next().is_some() {}
    }
}

struct Conversation {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    mailbox: Arc<Mailbox>,
    from: String,
    to: Vec<String>,
}

impl Conversation {
    fn new(stream: TcpStream, mailbox: Arc<Mailbox>) -> Self {
        let (reader, writer) = stream.into_split();
        Self { reader: BufReader::new(reader), writer, mailbox, from: String::new(), to: Vec::new() }
    }

    async fn run(mut self) -> std::io::Result<()> {
        if self.mailbox.fault() == Fault::Down {
            return self.reply("421 down for maintenance").await;
        }
        self.reply("220 simulated.invalid ESMTP").await?;
        while let Some(line) = self.line().await? {
            if !self.handle_command(line.trim_end()).await? {
                break;
            }
        }
        Ok(())
    }

    /// Answers one command. False: the connection is over.
    async fn handle_command(&mut self, line: &str) -> std::io::Result<bool> {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                self.reply("250-simulated.invalid\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN").await?
            }
            "HELO" | "NOOP" => self.reply("250 here").await?,
            "AUTH" => self.reply("235 as you say").await?,
            "RSET" => {
                self.to.clear();
                self.reply("250 forgotten").await?;
            }
            "MAIL" => {
                (self.from, self.to) = (address(line), Vec::new());
                self.reply("250 go on").await?;
            }
            "RCPT" => self.recipient(address(line)).await?,
            "DATA" => return self.data().await,
            "QUIT" => {
                self.reply("221 bye").await?;
                return Ok(false);
            }
            _ => self.reply("502 not here").await?,
        }
        Ok(true)
    }

    async fn recipient(&mut self, address: String) -> std::io::Result<()> {
        match self.mailbox.fault() {
            Fault::Later => self.reply("451 4.7.1 try again later").await,
            Fault::NoMailbox => self.reply("550 5.1.1 no such mailbox").await,
            _ => {
                self.to.push(address);
                self.reply("250 go on").await
            }
        }
    }

    async fn data(&mut self) -> std::io::Result<bool> {
        if self.to.is_empty() {
            self.reply("503 to whom?").await?;
            return Ok(true);
        }
        self.reply("354 go on, end with a dot").await?;
        let mut raw = String::new();
        while let Some(line) = self.line().await? {
            if line.trim_end() == "." {
                return self.take(raw).await;
            }
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            if raw.len() > MAIL_BYTES_MAX {
                break;
            }
        }
        Ok(false)
    }

    async fn take(&mut self, raw: String) -> std::io::Result<bool> {
        let fault = self.mailbox.fault();
        if fault == Fault::Refused {
            self.reply("554 5.7.1 not this one").await?;
            return Ok(true);
        }
        let number = self.mailbox.keep(&self.from, &self.to, raw);
        if fault == Fault::Slow {
            tokio::time::sleep(SLOW).await;
        }
        if fault == Fault::DropsAfterData {
            return Ok(false);
        }
        self.reply(&format!("250 2.0.0 kept as {number}")).await?;
        Ok(true)
    }

    async fn line(&mut self) -> std::io::Result<Option<String>> {
        let mut bytes = Vec::new();
        let read = self.reader.read_until(b'\n', &mut bytes).await?;
        Ok((read > 0).then(|| String::from_utf8_lossy(&bytes).into_owned()))
    }

    async fn reply(&mut self, answer: &str) -> std::io::Result<()> {
        self.writer.write_all(format!("{answer}\r\n").as_bytes()).await
    }
}

/// What stands between angle brackets.
fn address(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or("", |(address, _)| address).to_owned()
}
