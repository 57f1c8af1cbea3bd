import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A program that ends the first time as Temporal's dev server did (1.9.1) where another process took its port between its own look and its listening: that
 * port is in use comes first, a crash with thousands of characters of stacks after it. From then on it is the server itself.
 *
 * @returns Its path.
 */
export async function beatenServer(folder: string): Promise<string> {
  const [file, said, begun] = ['beaten-server', 'said.txt', 'begun'].map((name) => join(folder, name)) as [string, string, string];
  await writeFile(said, SAID);
  const lines = [
    '#!/bin/sh',
    `if [ -e '${begun}' ]; then exec '${process.env.KAMACHIQ_TEMPORAL_SERVER!}' "$@"; fi`,
    `: > '${begun}'`,
    `cat '${said}' >&2`,
    'exit 2',
  ];
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o755 });
  return file;
}

const FRAME = `go.uber.org/dig.(*constructorNode).Call(0x2b8ca803fba0, {0x60cba50, 0x2b8ca863f8c0})
\t/home/runner/go/pkg/mod/go.uber.org/dig@v1.19.0/constructor.go:145 +0x23e
`;

const SAID = `time=2026-11-24T02:41:03.819 level=ERROR msg="Failed to start gRPC listener" error="listen tcp 127.0.0.1:38721: bind: address already in use" service=frontend
panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x20 pc=0x2bb0889]

goroutine 1 [running]:
${FRAME.repeat(60)}main.main()
\t/home/runner/work/cli/cli/cmd/temporal/main.go:11 +0x1e
`;
