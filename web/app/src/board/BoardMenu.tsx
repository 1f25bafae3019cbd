// The menu of the board: taking it away as a file or a picture, finding, the keys, and clearing it.
import { MainMenu } from "@excalidraw/excalidraw";
import { Icon } from "../parts/Icon";

interface Props {
  canClear: boolean;
  onClear(): void;
}

export function BoardMenu({ canClear, onClear }: Props) {
  return (
    <MainMenu>
      <MainMenu.DefaultItems.SaveAsImage />
      <MainMenu.DefaultItems.Export />
      <MainMenu.DefaultItems.SearchMenu />
      <MainMenu.DefaultItems.Help />
      {canClear && (
        <>
          <MainMenu.Separator />
          <MainMenu.Item icon={<Icon name="trash" />} onSelect={onClear}>
            Clear the board…
          </MainMenu.Item>
        </>
      )}
    </MainMenu>
  );
}
