//! The network side: listens on the loopback interface, keeps callers within limits, stops when asked to.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use super::catalogue::Catalogue;
use super::reply::{BODY, Reply, Request, reply};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, codes};

/// Time for the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// Time for its body.
const BODY_TIME: Duration = Duration::from_secs(30);
/// Bytes kept of a request's head.
const HEAD_BYTES: usize = 256 << 10;
/// Connections at once.
const CONNECTIONS: usize = 64;
/// Time that running requests have to end when the service stops.
const FAREWELL: Duration = Duration::from_secs(5);

/// Serves until the process is asked to stop (`SIGINT`, `SIGTERM`); `ready` is told the address first. Port 0 takes any.
///
/// # Errors
/// `PORT_TAKEN` when it cannot listen, `WRITE_FAILED` when the system refuses something else.
pub fn serve(catalogue: Catalogue, port: u16, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(4)
        .build()
        .map_err(|error| refused(&error))?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(|error| {
                Diagnostics::from(
                    Diagnostic::error(
                        codes::PORT_TAKEN,
                        format!("cannot listen on 127.0.0.1:{port}: {error}"),
                    )
                    .hint("choose another port with --port; 0 takes any that is free"),
                )
            })?;
        let address = listener.local_addr().map_err(|error| refused(&error))?;
        let stop = stop_signal().map_err(|error| refused(&error))?;
        ready(address);
        accept(listener, Arc::new(catalogue), stop).await;
        Ok(())
    })
}

fn refused(error: &std::io::Error) -> Diagnostics {
    Diagnostic::error(
        codes::WRITE_FAILED,
        format!("the system refused to serve: {error}"),
    )
    .hint("check the limits of this user")
    .into()
}

/// Becomes ready when the process is asked to stop.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        either(
            async {
                let _ = tokio::signal::ctrl_c().await;
            },
            async {
                terminate.recv().await;
            },
        )
        .await;
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Waits for the first of two.
async fn either(a: impl Future<Output = ()>, b: impl Future<Output = ()>) {
    let (mut a, mut b) = (Box::pin(a), Box::pin(b));
    std::future::poll_fn(|context| {
        if a.as_mut().poll(context).is_ready() || b.as_mut().poll(context).is_ready() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
}

async fn accept(listener: TcpListener, catalogue: Arc<Catalogue>, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let (ending, ended) = watch::channel(false);
    let open = async {
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            let Ok((stream, _)) = listener.accept().await else {
                // Out of descriptors, most likely; others may be given back soon.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let (catalogue, ended) = (Arc::clone(&catalogue), ended.clone());
            tokio::spawn(async move {
                connection(stream, catalogue, ended).await;
                drop(place);
            });
        }
    };
    either(open, stop).await;
    drop(listener);
    let _ = ending.send(true);
    let all = u32::try_from(CONNECTIONS).unwrap_or(u32::MAX);
    let _ = timeout(FAREWELL, places.acquire_many(all)).await;
}

async fn connection(
    stream: TcpStream,
    catalogue: Arc<Catalogue>,
    mut ended: watch::Receiver<bool>,
) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let catalogue = Arc::clone(&catalogue);
        async move { Ok::<_, Infallible>(respond(request, catalogue).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = Box::pin(connection);
    let mut closing = false;
    let mut end = Box::pin(async move {
        // An error means that the sender is gone, which ends the service too.
        let _ = ended.changed().await;
    });
    std::future::poll_fn(|context| {
        if !closing && end.as_mut().poll(context).is_ready() {
            closing = true;
            connection.as_mut().graceful_shutdown();
        }
        // A broken connection concerns its caller alone.
        connection.as_mut().poll(context).map(drop)
    })
    .await;
}

async fn respond(
    request: hyper::Request<Incoming>,
    catalogue: Arc<Catalogue>,
) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let text = |name: HeaderName, headers: &HeaderMap| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let head = parts.method == hyper::Method::HEAD;
    let body = match timeout(BODY_TIME, Limited::new(body, BODY).collect()).await {
        Ok(Ok(body)) => body.to_bytes().to_vec(),
        Ok(Err(_)) => {
            return response(
                Reply::refused(413, "the body is broken or over 1 MiB"),
                head,
            );
        }
        Err(_) => return response(Reply::refused(408, "the body took too long"), head),
    };
    let request = Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        host: text(header::HOST, &parts.headers),
        content_type: text(header::CONTENT_TYPE, &parts.headers),
        body,
    };
    let answered = tokio::task::spawn_blocking(move || reply(&catalogue, &request)).await;
    response(
        answered.unwrap_or_else(|_| Reply::refused(500, "the request could not be answered")),
        head,
    )
}

fn response(reply: Reply, head: bool) -> Response<Full<Bytes>> {
    let body = if head { String::new() } else { reply.body };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, reply.content_type),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, HEAD, POST, OPTIONS",
        ),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
