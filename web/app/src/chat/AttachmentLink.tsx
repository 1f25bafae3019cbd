// An image or a file as a link to it. Nothing is fetched before the person asks for it: the page's
// policy allows no pictures from elsewhere, and whoever posted it does not learn who has looked.
import { Icon } from "../parts/Icon";
import type { Attachment } from "./attachment";

export function AttachmentLink({ attachment }: { attachment: Attachment }) {
  const { href, name, about, isImage } = attachment;
  const body = (
    <>
      <Icon name={isImage ? "image" : "file"} />
      <span>
        <bdi className="attachment-name">{name}</bdi>
        <small>{href ? about : "Its address can’t be opened"}</small>
      </span>
    </>
  );
  if (!href) return <span className="attachment">{body}</span>;
  return (
    <a className="attachment" href={href} target="_blank" rel="noopener noreferrer">
      {body}
    </a>
  );
}
