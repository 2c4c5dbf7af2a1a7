import { LOCAL_APP } from './seed/apps.ts';

/** How to point clients at a sandbox at `url`. */
export function recipes(url: string): string {
  const { clientId, clientSecret } = LOCAL_APP;
  return `A token without a browser (a custom connection: no consent, no tenant header)

  TENANT=$(curl -s ${url}/_sandbox/organisations | node -pe 'JSON.parse(fs.readFileSync(0))[0].tenantId')
  curl -s ${url}/_sandbox/apps -d '{"clientId":"machine","clientSecret":"secret","customConnection":"'$TENANT'"}'
  TOKEN=$(curl -s ${url}/connect/token -u machine:secret -d grant_type=client_credentials | node -pe 'JSON.parse(fs.readFileSync(0)).access_token')

curl

  curl -s ${url}/api.xro/2.0/Contacts?page=1 -H "Authorization: Bearer $TOKEN" -H 'Accept: application/json'

xero-node (the API by its base address; tokens as above, or by the code flow below)

  import { AccountingApi } from 'xero-node/dist/gen/api/accountingApi.js';
  const api = new AccountingApi('${url}/api.xro/2.0');
  api.accessToken = process.env.TOKEN;
  console.log((await api.getContacts(process.env.TENANT)).body.contacts.length);

The code flow (app ${clientId}, secret ${clientSecret})

  authorize   ${url}/identity/connect/authorize
  token       ${url}/connect/token
  connections ${url}/connections
`;
}
