"use strict";
// Opens a sealed sheet with WebCrypto. What is inside is our own page, and AES-GCM proves that
// nobody has changed it; its script is this page's own, and the policy would let no other run.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  const opened = async (phrase) => {
    const sealed = Hemrunda.block("sealed");
    const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(phrase), "PBKDF2", false, ["deriveKey"]);
    const key = await crypto.subtle.deriveKey(
      { name: "PBKDF2", hash: "SHA-256", salt: bytes(sealed.salt), iterations: sealed.rounds },
      secret, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    const content = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(sealed.nonce) }, key, bytes(sealed.text));
    return new DOMParser().parseFromString(new TextDecoder().decode(content), "text/html");
  };

  Hemrunda.fillSkeleton();
  document.getElementById("open").addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = document.getElementById("told");
    told.textContent = Hemrunda.t("sealed_working");
    try {
      const inside = await opened(document.getElementById("phrase").value);
      inside.querySelectorAll("script").forEach((script) => script.remove());
      document.body.replaceChildren(...inside.body.childNodes);
      SheetClock.start();
    } catch {
      told.textContent = Hemrunda.t("sealed_wrong");
    }
  });
  document.body.dataset.ready = "yes";
})();
