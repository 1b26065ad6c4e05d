//! Proves the server's certificate as far as the mode asks for it.

use crate::AddressFault;
use crate::ssl_mode::SslMode;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::path::Path;
use std::sync::Arc;

/// Where Debian keeps the authorities that this machine trusts.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

/// How a connection is encrypted and its server proved. Errors: the authorities cannot be read.
pub(crate) fn client_config(mode: SslMode, roots: Option<&str>) -> Result<ClientConfig, AddressFault> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new(mode, roots, Arc::clone(&provider))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| AddressFault::RootsCannotBeRead(error.to_string()))?;
    Ok(config.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

#[derive(Debug)]
struct Verifier {
    mode: SslMode,
    /// None where nothing is proved.
    authorities: Option<Arc<WebPkiServerVerifier>>,
    /// Certificates that are trusted themselves: a server's own, handed over as its authority.
    trusted: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn new(mode: SslMode, roots: Option<&str>, provider: Arc<CryptoProvider>) -> Result<Self, AddressFault> {
        let (authorities, trusted) = match mode {
            SslMode::Disable | SslMode::Require => (None, Vec::new()),
            SslMode::VerifyCa | SslMode::VerifyFull => {
                let (store, trusted) = authorities(roots)?;
                let built =
                    WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone()).build();
                (Some(built.map_err(|error| AddressFault::RootsCannotBeRead(error.to_string()))?), trusted)
            }
        };
        Ok(Self { mode, authorities, trusted, provider })
    }

    /// A certificate that was handed over as trusted needs no other's word; its name may still be asked for.
    fn verify_trusted(&self, server: &CertificateDer<'_>, name: &ServerName<'_>) -> Result<(), Error> {
        if self.mode == SslMode::VerifyFull {
            return verify_server_name(&ParsedCertificate::try_from(server)?, name);
        }
        Ok(())
    }
}

/// The authorities in `path`; without one, or where it is `system`, those of this machine and the public ones.
fn authorities(path: Option<&str>) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), AddressFault> {
    let mut store = RootCertStore::empty();
    let Some(path) = path.filter(|path| *path != "system") else {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        if Path::new(SYSTEM_ROOTS).exists() {
            store.add_parsable_certificates(read(SYSTEM_ROOTS)?);
        }
        return Ok((store, Vec::new()));
    };
    let certificates = read(path)?;
    store.add_parsable_certificates(certificates.iter().cloned());
    if store.is_empty() {
        return Err(AddressFault::RootsCannotBeRead(format!("{path}: holds no certificate")));
    }
    Ok((store, certificates))
}

fn read(path: &str) -> Result<Vec<CertificateDer<'static>>, AddressFault> {
    let fault =
        |error: rustls::pki_types::pem::Error| AddressFault::RootsCannotBeRead(format!("{path}: {error}"));
    CertificateDer::pem_file_iter(path).map_err(fault)?.collect::<Result<_, _>>().map_err(fault)
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        server: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authorities) = &self.authorities else { return Ok(ServerCertVerified::assertion()) };
        if self.trusted.iter().any(|trusted| trusted == server) {
            return self.verify_trusted(server, name).map(|()| ServerCertVerified::assertion());
        }
        match authorities.verify_server_cert(server, intermediates, name, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.mode == SslMode::VerifyCa => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An authority and a server that it signed for, for the name `db.example`.
    fn signed() -> (tempfile::NamedTempFile, CertificateDer<'static>) {
        let authority_key = rcgen::KeyPair::generate().unwrap();
        let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let certificate = authority.self_signed(&authority_key).unwrap();
        let issuer = rcgen::Issuer::new(authority, authority_key);
        let server = rcgen::CertificateParams::new(vec!["db.example".to_owned()]).unwrap();
        let server = server.signed_by(&rcgen::KeyPair::generate().unwrap(), &issuer).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), certificate.pem()).unwrap();
        (file, server.der().clone())
    }

    fn verified(mode: SslMode, roots: &Path, server: &CertificateDer<'_>, name: &str) -> bool {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = Verifier::new(mode, roots.to_str(), provider).unwrap();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        verifier.verify_server_cert(server, &[], &name, &[], UnixTime::now()).is_ok()
    }

    #[test]
    fn each_mode_proves_what_it_says() {
        let (roots, server) = signed();
        let (strangers, _) = signed();
        assert!(verified(SslMode::VerifyFull, roots.path(), &server, "db.example"));
        assert!(!verified(SslMode::VerifyFull, roots.path(), &server, "other.example"));
        assert!(verified(SslMode::VerifyCa, roots.path(), &server, "other.example"));
        assert!(!verified(SslMode::VerifyCa, strangers.path(), &server, "db.example"));
        assert!(verified(SslMode::Require, strangers.path(), &server, "other.example"));
    }

    #[test]
    fn authorities_that_cannot_be_read_are_named() {
        let fault = authorities(Some("/nowhere/roots.pem")).unwrap_err();
        assert!(fault.to_string().contains("/nowhere/roots.pem"), "{fault}");
        let empty = tempfile::NamedTempFile::new().unwrap();
        assert!(authorities(empty.path().to_str()).is_err());
    }
}
