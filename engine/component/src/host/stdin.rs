// SPDX-FileCopyrightText: 2026 The devcap authors
// SPDX-License-Identifier: MIT
//! The guest's standard input without a thread: pipes, terminals and sockets are waited
//! for, all else is always ready. Never changes the descriptor's flags, which others share.

use bytes::Bytes;
use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, Interest, ReadBuf};
use wasmtime_wasi::cli::{IsTerminal, StdinStream};
use wasmtime_wasi::p2::{InputStream, Pollable, StreamError, StreamResult};

/// Most that one read asks for, whatever the guest asks for.
const READ_MAX: usize = 64 * 1024;

struct Descriptor;

impl AsRawFd for Descriptor {
    fn as_raw_fd(&self) -> RawFd {
        libc::STDIN_FILENO
    }
}

/// One registration for all streams of the guest; None where epoll refuses the descriptor
/// (a regular file, /dev/null), which is then always ready.
type Registration = Arc<OnceLock<Option<AsyncFd<Descriptor>>>>;

#[derive(Default)]
pub struct Stdin {
    registration: Registration,
}

struct Stream {
    registration: Registration,
    closed: bool,
}

/// Whether a read would not wait: there are bytes, an end or an error.
fn is_ready() -> bool {
    let mut fd = libc::pollfd { fd: libc::STDIN_FILENO, events: libc::POLLIN, revents: 0 };

    // SAFETY: one pollfd, and no waiting.
    unsafe { libc::poll(&raw mut fd, 1, 0) != 0 }
}

fn read(buffer: &mut [u8]) -> io::Result<usize> {
    // SAFETY: the buffer is ours and that long.
    let size = unsafe { libc::read(libc::STDIN_FILENO, buffer.as_mut_ptr().cast(), buffer.len()) };

    usize::try_from(size).map_err(|_| io::Error::last_os_error())
}

impl Stream {
    fn registered(&self) -> Option<&AsyncFd<Descriptor>> {
        self.registration
            .get_or_init(|| {
                // SAFETY: nobody closes or replaces descriptor 0 while a guest runs.
                unsafe { AsyncFd::register_with_interest(Descriptor, Interest::READABLE) }.ok()
            })
            .as_ref()
    }
}

#[async_trait::async_trait]
impl Pollable for Stream {
    async fn ready(&mut self) {
        while !is_ready() {
            let Some(descriptor) = self.registered() else { return };
            let Ok(mut guard) = descriptor.readable().await else { return };

            // epoll tells an edge once: forget it when someone else took the bytes.
            if !is_ready() {
                guard.clear_ready();
            }
        }
    }
}

#[async_trait::async_trait]
impl InputStream for Stream {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        if self.closed {
            return Err(StreamError::Closed);
        }
        if size == 0 || !is_ready() {
            return Ok(Bytes::new());
        }

        let mut buffer = vec![0; size.min(READ_MAX)];

        match read(&mut buffer) {
            Ok(0) => {
                self.closed = true;
                Err(StreamError::Closed)
            }
            Ok(size) => {
                buffer.truncate(size);
                Ok(buffer.into())
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(Bytes::new()),
            Err(error) => {
                self.closed = true;
                Err(StreamError::LastOperationFailed(error.into()))
            }
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while !is_ready() {
            let Some(descriptor) = self.registered() else { break };
            let Poll::Ready(guard) = descriptor.poll_read_ready(cx) else { return Poll::Pending };

            if !is_ready() {
                guard?.clear_ready();
            }
        }

        let size = read(buffer.initialize_unfilled())?;

        buffer.advance(size);
        Poll::Ready(Ok(()))
    }
}

impl IsTerminal for Stdin {
    fn is_terminal(&self) -> bool {
        io::IsTerminal::is_terminal(&io::stdin())
    }
}

impl StdinStream for Stdin {
    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        Box::new(Stream { registration: self.registration.clone(), closed: false })
    }

    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(Stream { registration: self.registration.clone(), closed: false })
    }
}
