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

/// Bytes kept of a request's head.
const HEAD_BYTES: usize = 256 << 10;
/// What callers may take.
const LIMITS: Limits = Limits {
    head: Duration::from_secs(10),
    body: Duration::from_secs(30),
    connections: 64,
};
/// Time that running requests have to end when the service stops.
const FAREWELL: Duration = Duration::from_secs(5);

/// What callers may take.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Time for the head of a request.
    head: Duration,
    /// Time for its body.
    body: Duration,
    /// Connections at once; others wait.
    connections: u32,
}

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
        accept(listener, Arc::new(catalogue), LIMITS, stop).await;
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

async fn accept(
    listener: TcpListener,
    catalogue: Arc<Catalogue>,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections as usize));
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
                connection(stream, catalogue, limits, ended).await;
                drop(place);
            });
        }
    };
    either(open, stop).await;
    drop(listener);
    let _ = ending.send(true);
    let _ = timeout(FAREWELL, places.acquire_many(limits.connections)).await;
}

async fn connection(
    stream: TcpStream,
    catalogue: Arc<Catalogue>,
    limits: Limits,
    mut ended: watch::Receiver<bool>,
) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let catalogue = Arc::clone(&catalogue);
        async move { Ok::<_, Infallible>(respond(request, catalogue, limits).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
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
    limits: Limits,
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
    let body = match timeout(limits.body, Limited::new(body, BODY).collect()).await {
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

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream as Stream;

    use tokio::sync::oneshot;

    use super::*;
    use crate::store::Graph;

    /// Serves nothing under some limits while a function asks.
    fn under(limits: Limits, ask: impl FnOnce(SocketAddr)) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let graph = Graph::in_memory().unwrap();
        let catalogue = Arc::new(Catalogue::of_graph(&graph, "nothing", "http://e.x/").unwrap());
        let listener = runtime
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                runtime.block_on(accept(listener, catalogue, limits, async {
                    let _ = stopped.await;
                }));
            });
            ask(address);
            drop(stop);
        });
    }

    fn send(address: SocketAddr, text: &str) -> Stream {
        let mut stream = Stream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        stream
    }

    /// What comes until the other side closes.
    fn rest(mut stream: Stream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    const WHOLE: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    #[test]
    fn a_head_or_body_that_does_not_end_is_not_waited_for() {
        let short = Duration::from_millis(50);
        let head = Limits {
            head: short,
            ..LIMITS
        };
        under(head, |address| {
            let half = rest(send(address, "GET / HTTP/1.1\r\nHost: local"));
            assert!(!half.contains(" 200 "), "{half}");
            let idle = rest(send(address, ""));
            assert!(!idle.contains(" 200 "), "{idle}");
            assert!(rest(send(address, WHOLE)).starts_with("HTTP/1.1 200"));
        });
        let body = Limits {
            body: short,
            ..LIMITS
        };
        under(body, |address| {
            let half = "POST /match HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"que";
            assert!(rest(send(address, half)).starts_with("HTTP/1.1 408"));
            assert!(rest(send(address, WHOLE)).starts_with("HTTP/1.1 200"));
        });
    }

    #[test]
    fn one_connection_too_many_waits_for_its_turn() {
        let two = Limits {
            connections: 2,
            ..LIMITS
        };
        under(two, |address| {
            let first = send(address, "GET / HTTP/1.1\r\n");
            let second = send(address, "GET / HTTP/1.1\r\n");
            let mut third = send(address, WHOLE);
            third
                .set_read_timeout(Some(Duration::from_millis(200)))
                .unwrap();
            let early = third.read(&mut [0; 1]).unwrap_err();
            assert!(matches!(
                early.kind(),
                std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
            ));
            drop(first);
            third
                .set_read_timeout(Some(Duration::from_secs(60)))
                .unwrap();
            assert!(rest(third).starts_with("HTTP/1.1 200"));
            drop(second);
        });
    }
}
