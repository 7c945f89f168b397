// The page on which the API can be tried: Swagger UI with the shop's own document. A key lasts as long as the page.

const page = document.querySelector('#api');

window.SwaggerUIBundle({
  url: page.dataset.document,
  domNode: page,
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
});
