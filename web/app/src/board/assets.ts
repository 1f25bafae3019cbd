// Where Excalidraw finds its fonts: with us. It reads the address when its first font is needed, so
// this module is imported before it.
declare global {
  const __EXCALIDRAW_ASSETS__: string;
  interface Window {
    EXCALIDRAW_ASSET_PATH?: string;
  }
}

window.EXCALIDRAW_ASSET_PATH = __EXCALIDRAW_ASSETS__;

export {};
