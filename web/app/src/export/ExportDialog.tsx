// Takes the whole chat of a room out as a file, in a format to choose, and shows how far it is.
import type { RoomInfo } from "@atrium/client";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { sentenceOf } from "../api/sentences";
import { byteSize } from "../parts/bytes";
import { Dialog } from "../parts/Dialog";
import { say } from "../parts/toasts";
import { fetchExport, saveAs } from "./download";
import { fileName, type ExportFormat } from "./fileName";
import "./export.css";

interface Props {
  info: RoomInfo;
  password: string | undefined;
  onClose(): void;
}

const formats: readonly [ExportFormat, string, string][] = [
  ["txt", "Text", "To read or print"],
  ["csv", "Table", "CSV, for spreadsheets"],
  ["json", "JSON", "Everything, for programs"],
  ["ndjson", "JSON lines", "One message a line"],
];

export function ExportDialog({ info, password, onClose }: Props) {
  const [format, setFormat] = useState<ExportFormat>("txt");
  const [bytes, setBytes] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const underWay = useRef<AbortController | null>(null);
  useEffect(() => () => underWay.current?.abort(), []);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const asked = new AbortController();
    underWay.current = asked;
    setProblem(null);
    setBytes(0);
    try {
      const wish = {
        roomId: info.id,
        format,
        password,
        signal: asked.signal,
        onProgress: setBytes,
      };
      saveAs(await fetchExport(wish), fileName(info.name, format, Date.now()));
      say("The chat was saved as a file");
      onClose();
    } catch (error) {
      if (asked.signal.aborted) return;
      setProblem(sentenceOf(error));
      setBytes(null);
    }
  }

  return (
    <Dialog title="Export the chat" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <fieldset className="formats" disabled={bytes !== null}>
          <legend className="unseen">Format</legend>
          {formats.map(([value, name, what]) => (
            <label key={value} className="format">
              <input
                type="radio"
                name="format"
                value={value}
                checked={value === format}
                data-first={value === format ? "" : undefined}
                onChange={() => setFormat(value)}
              />
              <span>
                {name}
                <small>{what}</small>
              </span>
            </label>
          ))}
        </fieldset>
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        {bytes !== null && (
          <div className="export-progress" role="status">
            <progress aria-label="Export" />
            <span>
              {bytes > 0 ? `${byteSize(bytes)} so far` : "The server is gathering the messages…"}
            </span>
          </div>
        )}
        <div className="buttons">
          <button type="button" className="button is-plain" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button is-main" disabled={bytes !== null}>
            Save the file
          </button>
        </div>
      </form>
    </Dialog>
  );
}
